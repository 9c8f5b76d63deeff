// SPDX-License-Identifier: MIT
//
// Mirrors <sys/epoll.h>. A kill or timeout is thrown (docs/contract.md).
//
// Awaited: epoll_wait epoll_pwait epoll_pwait2
// Same: all else is the original: epoll_create epoll_create1 epoll_ctl
//   epoll_data epoll_data_t epoll_event EPOLL_EVENTS sigset_t timespec
// Differs: a timeout of 0 lets all that is ready run first. close of the set in
//   another green thread of the hub ends a wait with EBADF. A signal ends only
//   a wait of run's main green thread, and only by a handler of
//   "green/signal.h". For masks, see ppoll in "green/poll.h".
// Missing: nothing.
#pragma once

#include <sys/epoll.h>  // the original

#include "green/core/attributes.h"
#include "green/task.h"

namespace green {

using ::epoll_create;
using ::epoll_create1;
using ::epoll_ctl;
using ::epoll_data;
using ::epoll_data_t;
using ::epoll_event;
using ::EPOLL_EVENTS;
using ::sigset_t;
using ::timespec;

/// epoll_wait(2)
task<int> epoll_wait(int fd, epoll_event* events GREEN_KEPT, int count,
                     int timeout_ms);
/// epoll_pwait(2)
task<int> epoll_pwait(int fd, epoll_event* events GREEN_KEPT, int count,
                      int timeout_ms, const sigset_t* mask GREEN_KEPT);
/// epoll_pwait2(2)
task<int> epoll_pwait2(int fd, epoll_event* events GREEN_KEPT, int count,
                       const timespec* timeout GREEN_KEPT,
                       const sigset_t* mask GREEN_KEPT);

}  // namespace green
