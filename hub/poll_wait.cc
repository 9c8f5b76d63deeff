// SPDX-License-Identifier: MIT
#include "green/hub/poll_wait.h"

#include <liburing.h>

#include <cerrno>

#include "green/hub/loop.h"
#include "green/hub/operation.h"

namespace green::hub {

namespace {

// A regular file cannot be polled for what it is not always ready for.
bool never_ready(std::int32_t result) {
  return result == -EINVAL || result == -EOPNOTSUPP || result == -EPERM;
}

}  // namespace

poll_wait::poll_wait(const pollfd* fds, std::size_t count, core::deadline until)
    : fds_(fds), count_(count), until_(until) {
  watches_.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    if (fds[i].fd < 0) continue;
    watches_.push_back(std::make_unique<watch>(*this, fds[i]));
  }
}

poll_wait::~poll_wait() {
  if (in_flight_ != 0) core::destroyed_in_flight(*this, *thread_);
}

bool poll_wait::start() {
  decided_ = outcome::pending;
  loop& hub = static_cast<loop&>(thread_->home());
  if (somebody_closes(hub)) {
    decided_ = outcome::done;
    end_wait(decided_);  // when all others have run, it is to be seen
    return true;
  }
  hub.timers().arm(alarm_, until_);
  in_flight_ = watches_.size();
  for (const auto& w : watches_) w->start(hub);
  return true;
}

// Makes room in the list of descriptors, too. What is none is seen by poll.
bool poll_wait::somebody_closes(loop& hub) const {
  bool closing = false;
  for (std::size_t i = 0; i < count_; ++i) {
    if (fds_[i].fd < 0) continue;
    closing |= !hub.fds().reserve(fds_[i].fd) || hub.fds().closing(fds_[i].fd);
  }
  return closing;
}

// The first to come decides; the wait ends when all are back.
void poll_wait::finish(outcome how) noexcept {
  if (decided_ != outcome::pending) return;
  decided_ = how;
  loop& hub = static_cast<loop&>(thread_->home());
  hub.timers().cancel(alarm_);
  if (in_flight_ == 0) {
    end_wait(how);
    return;
  }
  for (const auto& w : watches_) {
    if (w->in_flight()) hub.cancel(*w);
  }
}

bool poll_wait::await_resume() {
  check_interrupt();
  return outcome_ == outcome::done;
}

void poll_wait::describe(std::string& out) const {
  out += "poll(";
  for (std::size_t i = 0; i < count_ && i < 4; ++i) {
    out += (i == 0 ? "fd " : ", ") + std::to_string(fds_[i].fd);
  }
  out += count_ > 4 ? ", ...)" : ")";
}

poll_wait::watch::watch(poll_wait& owner, const pollfd& fd)
    : request(poll_), owner_(owner), fd_(fd.fd) {
  io_uring_prep_poll_add(poll_.sqe(), fd.fd,
                         static_cast<unsigned short>(fd.events));
}

void poll_wait::watch::start(loop& hub) {
  hub.fds().add(fd_, *this);
  hub.submit(*this);
}

void poll_wait::watch::end_for_close(close_wait& closer) noexcept {
  closer_ = &closer;
  static_cast<loop&>(owner_.thread_->home()).cancel(*this);
}

void poll_wait::watch::completed(std::int32_t result) {
  static_cast<loop&>(owner_.thread_->home()).fds().remove(fd_, *this);
  --owner_.in_flight_;
  if (owner_.decided_ != outcome::pending) {
    if (owner_.in_flight_ == 0) owner_.end_wait(owner_.decided_);
  } else if (closer_ != nullptr || !never_ready(result)) {
    owner_.finish(outcome::done);
  }
  if (closer_ != nullptr) closer_->one_ended();
}

void poll_wait::alarm::ring(core::timer& t) {
  static_cast<alarm&>(t).owner.finish(outcome::timed_out);
}

}  // namespace green::hub
