// SPDX-License-Identifier: MIT
#include "green/poll.h"

#include <sys/signalfd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <optional>
#include <vector>

#include "green/core/sleep.h"
#include "green/hub/poll_wait.h"
#include "green/poll_until.h"
#include "green/unique_fd.h"

namespace green {

namespace {

// Even a poll that does not wait says EINTR when a signal comes meanwhile.
int poll_now(pollfd* fds, nfds_t count) noexcept {
  for (;;) {
    const int ready = ::poll(fds, count, 0);
    if (ready >= 0 || errno != EINTR) return ready;
  }
}

}  // namespace

task<int> poll_until(pollfd* fds, nfds_t count, core::deadline until) {
  for (bool again = false;; again = true) {
    const int ready = poll_now(fds, count);
    if (ready != 0) co_return ready;
    if (until.ns() == core::deadline::past) {
      co_await core::yield_wait();
      co_return poll_now(fds, count);
    }
    if (again && until.passed()) co_return 0;
    hub::poll_wait wait(fds, count, until);
    co_await wait;
  }
}

namespace {

// The signals that this thread blocks and the mask would let through; empty if
// there are none.
sigset_t let_through(const sigset_t& mask) {
  sigset_t blocked, through;
  ::pthread_sigmask(SIG_SETMASK, nullptr, &blocked);
  ::sigemptyset(&through);
  for (int number = 1; number < NSIG; ++number) {
    if (::sigismember(&blocked, number) == 1 &&
        ::sigismember(&mask, number) == 0) {
      ::sigaddset(&through, number);
    }
  }
  return through;
}

// What tells that one of them is pending, and what is waited for besides.
struct watched_signals {
  watched_signals(const sigset_t& through, const pollfd* fds, nfds_t count)
      : signals(::signalfd(-1, &through, SFD_NONBLOCK | SFD_CLOEXEC)),
        all(fds, fds + count) {
    all.push_back({signals.get(), POLLIN, 0});
  }

  const unique_fd signals;
  std::vector<pollfd> all;
};

}  // namespace

// The kernel's own ppoll, which does not wait then, takes a pending signal
// under the mask and calls its handler.
task<int> poll_masked(pollfd* fds, nfds_t count, core::deadline until,
                      const sigset_t* mask) {
  if (mask == nullptr) co_return co_await poll_until(fds, count, until);
  const sigset_t during = *mask;
  const sigset_t through = let_through(during);
  const timespec at_once{};
  std::optional<watched_signals> watched;
  for (bool again = false;; again = true) {
    const int ready = ::ppoll(fds, count, &at_once, &during);
    if (ready != 0) co_return ready;
    if (until.ns() == core::deadline::past) {
      co_await core::yield_wait();
      co_return ::ppoll(fds, count, &at_once, &during);
    }
    if (again && until.passed()) co_return 0;
    if (!watched) watched.emplace(through, fds, count);
    if (!watched->signals) {
      errno = ENOMEM;  // for want of a descriptor
      co_return -1;
    }
    hub::poll_wait wait(watched->all.data(), watched->all.size(), until);
    co_await wait;
  }
}

bool valid_timeout(const timespec& timeout) noexcept {
  return timeout.tv_sec >= 0 && timeout.tv_nsec >= 0 &&
         timeout.tv_nsec < 1'000'000'000;
}

core::deadline deadline_of(const timespec* timeout) {
  if (timeout == nullptr) return core::deadline::never();
  // Limited to what fits into nanoseconds: 292 years.
  constexpr time_t longest = 9'000'000'000;
  return std::chrono::seconds(std::min(timeout->tv_sec, longest)) +
         std::chrono::nanoseconds(timeout->tv_nsec);
}

core::deadline deadline_at(const timespec* realtime) {
  if (realtime == nullptr) return core::deadline::never();
  timespec now;
  ::clock_gettime(CLOCK_REALTIME, &now);
  if (realtime->tv_sec < now.tv_sec) return std::chrono::seconds(0);
  constexpr time_t longest = 9'000'000'000;
  return std::chrono::seconds(
             std::min(realtime->tv_sec - now.tv_sec, longest)) +
         std::chrono::nanoseconds(realtime->tv_nsec - now.tv_nsec);
}

core::deadline deadline_of(int timeout_ms) {
  if (timeout_ms < 0) return core::deadline::never();
  return std::chrono::milliseconds(timeout_ms);
}

task<int> poll(pollfd* fds, nfds_t count, int timeout_ms) {
  return poll_until(fds, count, deadline_of(timeout_ms));
}

task<int> ppoll(pollfd* fds, nfds_t count, const timespec* timeout,
                const sigset_t* mask) {
  if (timeout != nullptr && !valid_timeout(*timeout)) {
    errno = EINVAL;
    co_return -1;
  }
  co_return co_await poll_masked(fds, count, deadline_of(timeout), mask);
}

}  // namespace green
