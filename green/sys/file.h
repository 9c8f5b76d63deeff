// SPDX-License-Identifier: MIT
//
// Mirrors <sys/file.h>. A kill or timeout is thrown (docs/contract.md).
//
// Awaited: flock
// Same: the macros; its declarations of <fcntl.h> are in fcntl.h
// Differs: the system lets only threads wait for a lock. So a lock that others
//   give back, or close, is seen after up to 10 ms. A lock that a green thread
//   of the process gives back is seen at once. Waiters are not served in order.
//   A signal ends only a wait of run's main green thread, and only by a handler
//   of "green/signal.h".
// Missing: nothing.
#pragma once

#include <sys/file.h>  // the original

#include "green/task.h"

namespace green {

/// flock(2)
task<int> flock(int fd, int operation);

}  // namespace green
