// SPDX-License-Identifier: MIT
#include "green/hub/poll_wait.h"

#include <liburing.h>

#include <cerrno>

#include "green/core/assert.h"
#include "green/hub/loop.h"

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
  GREEN_ASSERT(in_flight_ == 0,
               "a coroutine was destroyed while the kernel works for it");
}

bool poll_wait::start() {
  decided_ = outcome::pending;
  loop& hub = static_cast<loop&>(thread_->home());
  hub.timers().arm(alarm_, until_);
  for (const auto& w : watches_) hub.submit(*w);
  in_flight_ = watches_.size();
  return true;
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
    : request(poll_), owner_(owner) {
  io_uring_prep_poll_add(poll_.sqe(), fd.fd,
                         static_cast<unsigned short>(fd.events));
}

void poll_wait::watch::completed(std::int32_t result) {
  poll_wait& owner = owner_;
  --owner.in_flight_;
  if (owner.decided_ == outcome::pending && never_ready(result)) return;
  if (owner.decided_ == outcome::pending) {
    owner.finish(outcome::done);
  } else if (owner.in_flight_ == 0) {
    owner.end_wait(owner.decided_);
  }
}

void poll_wait::alarm::ring(core::timer& t) {
  static_cast<alarm&>(t).owner.finish(outcome::timed_out);
}

}  // namespace green::hub
