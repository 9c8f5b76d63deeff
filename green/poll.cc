// SPDX-License-Identifier: MIT
#include "green/poll.h"

#include <algorithm>
#include <cerrno>
#include <chrono>

#include "green/core/sleep.h"
#include "green/hub/poll_wait.h"
#include "green/poll_until.h"

namespace green {

task<int> poll_until(pollfd* fds, nfds_t count, core::deadline until) {
  for (bool again = false;; again = true) {
    const int ready = ::poll(fds, count, 0);
    if (ready != 0) co_return ready;
    if (until.ns() == core::deadline::past) {
      co_await core::yield_wait();
      co_return ::poll(fds, count, 0);
    }
    if (again && until.passed()) co_return 0;
    hub::poll_wait wait(fds, count, until);
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
  const int error = mask != nullptr                                  ? ENOTSUP
                    : timeout != nullptr && !valid_timeout(*timeout) ? EINVAL
                                                                     : 0;
  if (error != 0) {
    errno = error;
    co_return -1;
  }
  co_return co_await poll_until(fds, count, deadline_of(timeout));
}

}  // namespace green
