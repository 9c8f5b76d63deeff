// SPDX-License-Identifier: MIT
#include "green/hub/readiness.h"

#include <netinet/in.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <new>
#include <system_error>
#include <utility>

#include "green/core/assert.h"
#include "green/core/deadline.h"
#include "green/hub/cancellation.h"

namespace green::hub {

namespace {

constexpr std::uint64_t bell = ~std::uint64_t{0};
constexpr std::uint32_t lasting_events =
    EPOLLIN | EPOLLRDHUP | EPOLLPRI | EPOLLET;
constexpr std::int64_t idle_time = 1'000'000;
constexpr std::int64_t round_length = 20'000'000;

std::int64_t coarse_now() {
  timespec now;
  ::clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
  return core::duration_of(now).count();
}

bool is_tcp(int fd) {
  int protocol = 0;
  socklen_t size = sizeof protocol;
  return ::getsockopt(fd, SOL_SOCKET, SO_PROTOCOL, &protocol, &size) == 0 &&
         protocol == IPPROTO_TCP;
}

int sleep_for_events(int epoll, epoll_event* events, int most,
                     std::int64_t timeout) {
  if (timeout == core::deadline::infinite) {
    return ::epoll_wait(epoll, events, most, -1);
  }
  const timespec limit = core::timespec_of(timeout);
  const int count = ::epoll_pwait2(epoll, events, most, &limit, nullptr);
  if (count >= 0 || errno != ENOSYS) return count;
  constexpr std::int64_t millisecond = 1'000'000;
  constexpr std::int64_t day = 24LL * 3600 * 1000;
  const std::int64_t rounded = (timeout + millisecond - 1) / millisecond;
  return ::epoll_wait(epoll, events, most,
                      static_cast<int>(std::min(rounded, day)));
}

[[gnu::noinline]] int wait_for_events(int epoll, epoll_event* events, int most,
                                      std::int64_t timeout) {
  if (timeout == 0) return ::epoll_wait(epoll, events, most, 0);
  allow_cancellation();
  const int count = sleep_for_events(epoll, events, most, timeout);
  deny_cancellation();
  return count;
}

}  // namespace

readiness::readiness(waits how)
    : how_(how), epoll_(::epoll_create1(EPOLL_CLOEXEC)) {
  if (epoll_ < 0) {
    throw std::system_error(errno, std::generic_category(),
                            "green: epoll_create1");
  }
}

void readiness::close() noexcept {
  if (epoll_ >= 0) ::close(std::exchange(epoll_, -1));
}

void readiness::add_bell(int fd) {
  epoll_event event{.events = EPOLLIN, .data = {.u64 = bell}};
  if (::epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &event) != 0) {
    throw std::system_error(errno, std::generic_category(), "green: epoll_ctl");
  }
}

// Null when memory is refused.
readiness::slot* readiness::slot_of(int fd) noexcept {
  const auto index = static_cast<std::size_t>(fd);
  try {
    if (index >= slots_.size()) {
      slots_.resize(std::max(index + 1, slots_.size() * 2));
    }
    if (slots_[index] == nullptr) slots_[index] = std::make_unique<slot>();
  } catch (const std::bad_alloc&) {
    return nullptr;
  }
  return slots_[index].get();
}

int readiness::add(watcher& w) noexcept {
  if (w.fd < 0) return EBADF;
  slot* const s = slot_of(w.fd);
  if (s == nullptr) return ENOMEM;
  s->watchers.push_back(w);
  const int error = arm(w.fd, *s);
  if (error != 0) w.unlink();
  return error;
}

// Makes no system call. If the number was given to another file unseen, no
// event will ever come; make_sure finds that out.
bool readiness::add_again(watcher& w) noexcept {
  slot& s = *slots_[static_cast<std::size_t>(w.fd)];
  if (!s.known || !s.watchers.empty()) return false;
  if (!s.lasting && !arm_to_last(w.fd, s)) return false;
  if (s.lasting && !s.unsure) {
    try {
      unsure_.push_back(w.fd);
    } catch (const std::bad_alloc&) {
      return false;
    }
    s.unsure = true;
  }
  s.round = round_;
  s.watchers.push_back(w);
  return true;
}

// Null: nothing was ever watched under this number.
readiness::slot* readiness::known_slot_of(int fd) const noexcept {
  const auto index = static_cast<std::size_t>(fd);
  return fd >= 0 && index < slots_.size() ? slots_[index].get() : nullptr;
}

bool readiness::drained(int fd) const noexcept {
  const slot* const s = known_slot_of(fd);
  return s != nullptr && s->drained;
}

void readiness::set_drained(int fd, bool value) noexcept {
  slot* const s = known_slot_of(fd);
  if (s != nullptr) s->drained = value && !s->ends;
}

void readiness::forget(int fd) noexcept {
  slot* const s = known_slot_of(fd);
  if (s == nullptr) return;
  // If a duplicate of the descriptor lives on, the set would go on to tell of
  // its events.
  if (s->lasting) {
    ::epoll_ctl(epoll_, EPOLL_CTL_DEL, fd, nullptr);
    s->known = false;
  }
  s->lasting = s->drained = s->ends = false;
}

int readiness::arm(int fd, slot& s) noexcept {
  epoll_event event{.events = EPOLLONESHOT,
                    .data = {.u64 = static_cast<std::uint64_t>(fd)}};
  s.watchers.for_each([&event](watcher& w) { event.events |= w.events; });
  for (int tries = 0;; ++tries) {
    const int how = s.known ? EPOLL_CTL_MOD : EPOLL_CTL_ADD;
    if (::epoll_ctl(epoll_, how, fd, &event) == 0) {
      s.known = true;
      s.lasting = s.ends = false;
      return 0;
    }
    const bool otherwise = errno == ENOENT || errno == EEXIST;
    if (!otherwise || tries == 2) return errno;
    s.known = errno == EEXIST;
  }
}

// For a wait to read from the file that is registered. A new file under the old
// number is not in the set: ENOENT. Only of TCP is it certain that the next
// byte after a short read makes an edge, except for the end and urgent data.
bool readiness::arm_to_last(int fd, slot& s) noexcept {
  const bool lasts = how_ == waits::alone && is_tcp(fd);
  epoll_event event{.events = lasts ? lasting_events : EPOLLONESHOT | EPOLLIN,
                    .data = {.u64 = static_cast<std::uint64_t>(fd)}};
  s.known = ::epoll_ctl(epoll_, EPOLL_CTL_MOD, fd, &event) == 0;
  s.lasting = s.known && lasts;
  s.ends = false;
  return s.known;
}

void readiness::deliver(int fd, std::uint32_t events,
                        core::list<watcher>& into) noexcept {
  constexpr std::uint32_t always = EPOLLERR | EPOLLHUP;
  slot& s = *slots_[static_cast<std::size_t>(fd)];
  s.drained = false;
  s.ends = (events & (always | EPOLLRDHUP | EPOLLPRI)) != 0;
  s.watchers.for_each([&](watcher& w) {
    if ((events & (w.events | always)) == 0) return;
    remove(w);
    into.push_back(w);
  });
  // The event has used up a registration that does not last.
  if (!s.watchers.empty() && !s.lasting && arm(fd, s) != 0) move_all(s, into);
}

void readiness::move_all(slot& s, core::list<watcher>& into) noexcept {
  s.watchers.for_each([&into](watcher& w) {
    w.unlink();
    into.push_back(w);
  });
}

// Asks the kernel anew for the descriptors whose watchers wait since an earlier
// round, or for all.
void readiness::make_sure(bool of_all, core::list<watcher>& into) noexcept {
  std::size_t kept = 0;
  for (const int fd : unsure_) {
    slot& s = *slots_[static_cast<std::size_t>(fd)];
    const bool waiting = s.lasting && !s.watchers.empty();
    if (waiting && !of_all && s.round == round_) {
      unsure_[kept++] = fd;
      continue;
    }
    s.unsure = false;
    if (!waiting || arm_to_last(fd, s)) continue;
    if (arm(fd, s) != 0) move_all(s, into);
  }
  unsure_.resize(kept);
  ++round_;
  round_end_ = coarse_now() + round_length;
}

bool readiness::wait(std::int64_t timeout, core::list<watcher>& into) {
  // Before a long wait, asking the kernel for a few costs less than a timer.
  const bool few = unsure_.size() <= 8 && timeout > idle_time;
  if (!unsure_.empty() && (few || coarse_now() >= round_end_)) {
    make_sure(few, into);
  }
  if (!into.empty()) timeout = 0;
  const bool brief = !unsure_.empty() && timeout > idle_time;
  std::array<epoll_event, 128> events;
  const int count =
      wait_for_events(epoll_, events.data(), static_cast<int>(events.size()),
                      brief ? idle_time : timeout);
  GREEN_ASSERT(count >= 0 || errno == EINTR, "epoll_wait failed");
  if (brief && count == 0) make_sure(true, into);
  bool rung = false;
  for (int i = 0; i < count; ++i) {
    const epoll_event& e = events[static_cast<std::size_t>(i)];
    if (e.data.u64 == bell) {
      rung = true;
    } else {
      deliver(static_cast<int>(e.data.u64), e.events, into);
    }
  }
  return rung;
}

}  // namespace green::hub
