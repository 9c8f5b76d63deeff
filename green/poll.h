// SPDX-License-Identifier: MIT
//
// Mirrors <poll.h>.
//
// Awaited: poll ppoll
// Same: all else is the original: nfds_t pollfd sigset_t time_t timespec
// Differs: a timeout of 0 lets all that is ready run first. ppoll's mask lets
//   through what the OS thread blocks, and such a signal ends the wait with
//   EINTR; what the OS thread does not block is handled as ever, whatever the
//   mask says, and does not end the wait.
// Missing: nothing.
#pragma once

#include <poll.h>  // the original

#include "green/task.h"

namespace green {

using ::nfds_t;
using ::pollfd;
using ::sigset_t;
using ::time_t;
using ::timespec;

/// poll(2)
task<int> poll(pollfd* fds, nfds_t count, int timeout_ms);
/// ppoll(2)
task<int> ppoll(pollfd* fds, nfds_t count, const timespec* timeout,
                const sigset_t* mask);

}  // namespace green
