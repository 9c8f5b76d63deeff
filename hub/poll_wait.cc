// SPDX-License-Identifier: MIT
#include "green/hub/poll_wait.h"

#include <fmt/format.h>
#include <liburing.h>
#include <sys/epoll.h>
#include <unistd.h>

#include <cerrno>
#include <iterator>

#include "green/hub/loop.h"
#include "green/hub/operation.h"
#include "green/hub/this_hub.h"

namespace green::hub {

namespace {

// A regular file is always readable and writable. A poll of it for another
// event is refused.
bool never_ready(std::int32_t result) {
  return result == -EINVAL || result == -EOPNOTSUPP || result == -EPERM;
}

// A poll by a ring ends when the peer has sent its last byte, even if that was
// not asked for. It does so again and again, unless the wait is to read.
bool hears_too_much(const pollfd& fd) {
  if ((fd.events & (POLLIN | POLLRDNORM | POLLRDHUP)) != 0) return false;
  pollfd end{fd.fd, POLLRDHUP, 0};
  return ::poll(&end, 1, 0) > 0 && (end.revents & POLLRDHUP) != 0;
}

}  // namespace

poll_wait::poll_wait(const pollfd* fds, std::size_t count, core::deadline until,
                     bool begun)
    : suspension(begun ? interrupts::kept : interrupts::thrown),
      fds_(fds),
      count_(count),
      until_(until) {
  const int errno_before = errno;
  watches_.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    if (fds[i].fd < 0 || watch_by_set(fds[i])) continue;
    watches_.push_back(std::make_unique<watch>(*this, fds[i]));
  }
  errno = errno_before;
  if (set_ < 0) return;
  const pollfd set{set_, POLLIN, 0};
  watches_.push_back(std::make_unique<watch>(*this, set));
}

poll_wait::~poll_wait() {
  if (in_flight_ != 0) core::destroyed_in_flight(*this, *thread_);
  if (set_ >= 0) close_here(set_);
}

// When something wakes a ring's poll, Linux 6.18 does not look for POLLPRI; an
// epoll set does. False: the descriptor is not watched by the set, because none
// can be made or it is in the set already. Then a ring's poll watches it.
bool poll_wait::watch_by_set(const pollfd& fd) {
  if ((fd.events & POLLPRI) == 0 && !hears_too_much(fd)) return false;
  if (set_ < 0) set_ = ::epoll_create1(EPOLL_CLOEXEC);
  if (set_ < 0) return false;
  epoll_event wanted{};
  wanted.events = static_cast<unsigned short>(fd.events);
  // EPERM: a regular file, which is always readable and writable.
  if (::epoll_ctl(set_, EPOLL_CTL_ADD, fd.fd, &wanted) != 0 && errno != EPERM) {
    return false;
  }
  close_watches_.push_back(std::make_unique<close_watch>(*this, fd.fd));
  return true;
}

bool poll_wait::start() {
  decided_ = outcome::pending;
  loop& hub = loop::of(*thread_);
  if (somebody_closes(hub)) {
    decided_ = outcome::done;
    end_wait(decided_);  // after the others have run, poll(2) looks again
    return true;
  }
  hub.timers().arm(alarm_, until_);
  in_flight_ = watches_.size();
  for (const auto& w : watches_) w->start(hub);
  for (const auto& c : close_watches_) hub.fds().add(c->fd, *c);
  return true;
}

// Also makes room in the lists of descriptors. poll(2) finds out about a number
// that is no descriptor.
bool poll_wait::somebody_closes(loop& hub) const {
  bool closing = false;
  for (const auto& w : watches_) w->reserve(hub);
  for (std::size_t i = 0; i < count_; ++i) {
    if (fds_[i].fd < 0) continue;
    closing |= !hub.fds().reserve(fds_[i].fd) || hub.fds().closing(fds_[i].fd);
  }
  return closing;
}

// The first event decides how the wait ends. The wait ends when all its
// requests have completed.
void poll_wait::finish(outcome how) noexcept {
  if (decided_ != outcome::pending) return;
  decided_ = how;
  loop& hub = loop::of(*thread_);
  hub.timers().cancel(alarm_);
  for (const auto& c : close_watches_) hub.fds().remove(c->fd, *c);
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
    fmt::format_to(std::back_inserter(out), "{}{}", i == 0 ? "fd " : ", ",
                   fds_[i].fd);
  }
  out += count_ > 4 ? ", ...)" : ")";
}

poll_wait::watch::watch(poll_wait& owner, const pollfd& fd)
    : request(poll_), owner_(owner), fd_(fd.fd) {
  // With POLLRDBAND every event wakes the poll, even where POLLPRI does not.
  const int more = (fd.events & POLLPRI) != 0 ? POLLRDBAND : 0;
  io_uring_prep_poll_add(poll_.sqe(), fd.fd,
                         static_cast<unsigned short>(fd.events | more));
}

void poll_wait::close_watch::end_for_close(close_wait& closer) noexcept {
  owner.finish(outcome::done);
  closer.one_ended();
}

void poll_wait::watch::reserve(loop& hub) const { hub.fds().reserve(fd_); }

void poll_wait::watch::start(loop& hub) {
  hub.fds().add(fd_, *this);
  hub.submit(*this);
}

void poll_wait::watch::end_for_close(close_wait& closer) noexcept {
  closer_ = &closer;
  loop::of(*owner_.thread_).cancel(*this);
}

bool poll_wait::watch::completed(std::int32_t result) {
  loop::of(*owner_.thread_).fds().remove(fd_, *this);
  --owner_.in_flight_;
  if (owner_.decided_ != outcome::pending) {
    if (owner_.in_flight_ == 0) owner_.end_wait(owner_.decided_);
  } else if (closer_ != nullptr || !never_ready(result)) {
    owner_.finish(outcome::done);
  }
  if (closer_ != nullptr) closer_->one_ended();
  return false;
}

}  // namespace green::hub
