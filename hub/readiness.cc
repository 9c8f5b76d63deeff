// SPDX-License-Identifier: MIT
#include "green/hub/readiness.h"

#include <sys/epoll.h>
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

namespace green::hub {

namespace {

constexpr std::uint64_t bell = ~std::uint64_t{0};

int wait_for_events(int epoll, epoll_event* events, int most,
                    std::int64_t timeout) {
  if (timeout == 0) return ::epoll_wait(epoll, events, most, 0);
  if (timeout == core::deadline::infinite) {
    return ::epoll_wait(epoll, events, most, -1);
  }
  const timespec limit{.tv_sec = timeout / 1'000'000'000,
                       .tv_nsec = timeout % 1'000'000'000};
  const int count = ::epoll_pwait2(epoll, events, most, &limit, nullptr);
  if (count >= 0 || errno != ENOSYS) return count;
  constexpr std::int64_t millisecond = 1'000'000;
  constexpr std::int64_t day = 24LL * 3600 * 1000;
  const std::int64_t rounded = (timeout + millisecond - 1) / millisecond;
  return ::epoll_wait(epoll, events, most,
                      static_cast<int>(std::min(rounded, day)));
}

}  // namespace

readiness::readiness() : epoll_(::epoll_create1(EPOLL_CLOEXEC)) {
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

bool readiness::add_again(watcher& w) noexcept {
  slot& s = *slots_[static_cast<std::size_t>(w.fd)];
  if (!s.known || !s.watchers.empty()) return false;
  // A new file under the old number is not in the set: ENOENT.
  epoll_event event{.events = EPOLLONESHOT | w.events,
                    .data = {.u64 = static_cast<std::uint64_t>(w.fd)}};
  s.known = ::epoll_ctl(epoll_, EPOLL_CTL_MOD, w.fd, &event) == 0;
  if (s.known) s.watchers.push_back(w);
  return s.known;
}

bool readiness::drained(int fd) const noexcept {
  const auto index = static_cast<std::size_t>(fd);
  return fd >= 0 && index < slots_.size() && slots_[index] != nullptr &&
         slots_[index]->drained;
}

void readiness::set_drained(int fd, bool value) noexcept {
  const auto index = static_cast<std::size_t>(fd);
  if (index >= slots_.size() || slots_[index] == nullptr) return;
  slots_[index]->drained = value;
}

int readiness::arm(int fd, slot& s) noexcept {
  epoll_event event{.events = EPOLLONESHOT,
                    .data = {.u64 = static_cast<std::uint64_t>(fd)}};
  s.watchers.for_each([&event](watcher& w) { event.events |= w.events; });
  for (int tries = 0;; ++tries) {
    const int how = s.known ? EPOLL_CTL_MOD : EPOLL_CTL_ADD;
    if (::epoll_ctl(epoll_, how, fd, &event) == 0) {
      s.known = true;
      return 0;
    }
    const bool otherwise = errno == ENOENT || errno == EEXIST;
    if (!otherwise || tries == 2) return errno;
    s.known = errno == EEXIST;
  }
}

void readiness::deliver(int fd, std::uint32_t events,
                        core::list<watcher>& into) noexcept {
  constexpr std::uint32_t always = EPOLLERR | EPOLLHUP;
  slot& s = *slots_[static_cast<std::size_t>(fd)];
  s.watchers.for_each([&](watcher& w) {
    if ((events & (w.events | always)) == 0) return;
    remove(w);
    into.push_back(w);
  });
  // Told once, the kernel forgets the rest.
  if (!s.watchers.empty() && arm(fd, s) != 0) {
    s.watchers.for_each([&](watcher& w) {
      remove(w);
      into.push_back(w);
    });
  }
}

bool readiness::wait(std::int64_t timeout, core::list<watcher>& into) noexcept {
  std::array<epoll_event, 128> events;
  const int count = wait_for_events(epoll_, events.data(),
                                    static_cast<int>(events.size()), timeout);
  GREEN_ASSERT(count >= 0 || errno == EINTR, "epoll_wait failed");
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
