// SPDX-License-Identifier: MIT
#include "green/sys/epoll.h"

#include <cerrno>

#include "green/poll_until.h"

namespace green {

task<int> epoll_wait(int fd, epoll_event* events, int count, int timeout_ms) {
  const core::deadline until = deadline_of(timeout_ms);
  for (;;) {
    const int ready = ::epoll_wait(fd, events, count, 0);
    if (ready != 0) co_return ready;
    pollfd itself{fd, POLLIN, 0};
    const int polled = co_await poll_until(&itself, 1, until);
    if (polled <= 0) co_return polled;
  }
}

task<int> epoll_pwait(int fd, epoll_event* events, int count, int timeout_ms,
                      const sigset_t* mask) {
  if (mask != nullptr) {
    errno = ENOTSUP;
    co_return -1;
  }
  co_return co_await green::epoll_wait(fd, events, count, timeout_ms);
}

}  // namespace green
