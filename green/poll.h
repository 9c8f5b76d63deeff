// SPDX-License-Identifier: MIT
//
// Mirrors <poll.h>. A kill or timeout is thrown (docs/contract.md).
//
// Awaited: poll ppoll
// Same: all else is the original: nfds_t pollfd sigset_t time_t timespec
// Differs: a timeout of 0 lets all that is ready run first. close in another
//   green thread of the hub ends a wait with POLLNVAL. A signal ends only a
//   wait of run's main green thread, and only by a handler of "green/signal.h".
//   While ppoll waits, its OS thread also blocks the signals of the mask, for
//   all green threads. Their handlers run when ppoll returns. Faults (SIGSEGV,
//   SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGSYS) are left as they are. A signal
//   that the thread blocks and the mask lets through ends the wait with EINTR.
//   A signal that neither blocks ends the wait only as it ends that of poll.
//   With a mask, a wait takes a descriptor; ENOMEM if there is none.
// Missing: nothing.
#pragma once

#include <poll.h>  // the original

#include "green/core/attributes.h"
#include "green/task.h"

namespace green {

using ::nfds_t;
using ::pollfd;
using ::sigset_t;
using ::time_t;
using ::timespec;

/// poll(2)
task<int> poll(pollfd* fds GREEN_KEPT, nfds_t count, int timeout_ms);
/// ppoll(2)
task<int> ppoll(pollfd* fds GREEN_KEPT, nfds_t count,
                const timespec* timeout GREEN_KEPT,
                const sigset_t* mask GREEN_KEPT);

}  // namespace green
