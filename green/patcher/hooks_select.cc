// SPDX-License-Identifier: MIT
#include <poll.h>
#include <sys/epoll.h>
#include <sys/select.h>

#include <cstddef>
#include <iterator>
#include <vector>

#include "green/patcher/replacement.h"
#include "green/poll.h"
#include "green/sys/epoll.h"
#include "green/sys/select.h"

namespace green::patcher {

namespace {

using poll_type = int(pollfd*, nfds_t, int);
using poll_chk_type = int(pollfd*, nfds_t, int, size_t);
using ppoll_chk_type = int(pollfd*, nfds_t, const timespec*, const sigset_t*,
                           size_t);
using select_type = int(int, fd_set*, fd_set*, fd_set*, timeval*);
using epoll_wait_type = int(int, epoll_event*, int, int);

int poll_on(pollfd* fds, nfds_t count, int timeout_ms) {
  if (timeout_ms == 0) {
    did_not_wait();
    return original<"poll", poll_type>(fds, count, 0);
  }
  return wait([&] { return green::poll(fds, count, timeout_ms); });
}

// Too small an array ends the program in the original.
int poll_chk_on(pollfd* fds, nfds_t count, int timeout_ms, size_t room) {
  if (room / sizeof(pollfd) < count) {
    return original<"__poll_chk", poll_chk_type>(fds, count, timeout_ms, room);
  }
  return poll_on(fds, count, timeout_ms);
}

int ppoll_chk_on(pollfd* fds, nfds_t count, const timespec* timeout,
                 const sigset_t* mask, size_t room) {
  if (room / sizeof(pollfd) < count) {
    return original<"__ppoll_chk", ppoll_chk_type>(fds, count, timeout, mask,
                                                   room);
  }
  return wait([&] { return green::ppoll(fds, count, timeout, mask); });
}

int select_on(int count, fd_set* reading, fd_set* writing, fd_set* exceptional,
              timeval* timeout) {
  if (timeout != nullptr && timeout->tv_sec == 0 && timeout->tv_usec == 0) {
    did_not_wait();
    return original<"select", select_type>(count, reading, writing, exceptional,
                                           timeout);
  }
  return wait([&] {
    return green::select(count, reading, writing, exceptional, timeout);
  });
}

int epoll_wait_on(int fd, epoll_event* events, int count, int timeout_ms) {
  if (timeout_ms == 0) {
    did_not_wait();
    return original<"epoll_wait", epoll_wait_type>(fd, events, count, 0);
  }
  return wait([&] { return green::epoll_wait(fd, events, count, timeout_ms); });
}

}  // namespace

void add_select_hooks(std::vector<hook>& all) {
  const hook mine[] = {
      make_hook<"poll", poll_type, poll_on>("select"),
      make_hook<"__poll", poll_type, poll_on>("select"),
      make_hook<"__poll_chk", poll_chk_type, poll_chk_on>("select"),
      hook_like<"ppoll", awaited<green::ppoll>>("select", ::ppoll),
      make_hook<"__ppoll_chk", ppoll_chk_type, ppoll_chk_on>("select"),
      make_hook<"select", select_type, select_on>("select"),
      make_hook<"__select", select_type, select_on>("select"),
      hook_like<"pselect", awaited<green::pselect>>("select", ::pselect),
      make_hook<"epoll_wait", epoll_wait_type, epoll_wait_on>("select"),
      hook_like<"epoll_pwait", awaited<green::epoll_pwait>>("select",
                                                            ::epoll_pwait),
      hook_like<"epoll_pwait2", awaited<green::epoll_pwait2>>("select",
                                                              ::epoll_pwait2),
  };
  all.insert(all.end(), std::begin(mine), std::end(mine));
}

}  // namespace green::patcher
