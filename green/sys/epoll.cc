// SPDX-License-Identifier: MIT
#include "green/sys/epoll.h"

#include <cerrno>

#include "green/core/signal_scope.h"
#include "green/posix/poll_until.h"
#include "green/posix/timespecs.h"

namespace green {

namespace {

task<int> wait_until(int fd, epoll_event* events, int count,
                     core::deadline until, const sigset_t* mask) {
  const core::signal_scope call(core::by_signal::always);
  for (;;) {
    // The mask is looked at first, as by the original.
    const int ready = ::epoll_pwait(fd, events, count, 0, mask);
    if (ready != 0) co_return ready;
    pollfd itself{fd, POLLIN, 0};
    // Without waiting, the original leaves signals pending.
    const bool waits = until.ns() != core::deadline::past;
    const int polled =
        co_await poll_masked(&itself, 1, until, waits ? mask : nullptr);
    if (polled <= 0) co_return polled;
  }
}

}  // namespace

task<int> epoll_wait(int fd, epoll_event* events, int count, int timeout_ms) {
  return wait_until(fd, events, count, deadline_of(timeout_ms), nullptr);
}

task<int> epoll_pwait(int fd, epoll_event* events, int count, int timeout_ms,
                      const sigset_t* mask) {
  return wait_until(fd, events, count, deadline_of(timeout_ms), mask);
}

task<int> epoll_pwait2(int fd, epoll_event* events, int count,
                       const timespec* timeout, const sigset_t* mask) {
  const int error = error_of_timeout(timeout);
  if (error != 0) {
    errno = error;
    co_return -1;
  }
  co_return co_await wait_until(fd, events, count, deadline_of(timeout), mask);
}

}  // namespace green
