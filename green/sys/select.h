// SPDX-License-Identifier: MIT
//
// Mirrors <sys/select.h>. A kill or timeout is thrown (docs/contract.md).
//
// Awaited: select pselect
// Same: all else is the original: fd_mask fd_set sigset_t suseconds_t time_t
//   timespec timeval
// Differs: select leaves its timeout as it is. A timeout of 0 lets all that is
//   ready run first. A count above FD_SETSIZE is EINVAL. close in another green
//   thread of the hub ends a wait with EBADF. A signal ends only a wait of
//   run's main green thread, and only by a handler of "green/signal.h". For the
//   mask of pselect, see ppoll in "green/poll.h".
// Missing: nothing.
#pragma once

#include <sys/select.h>  // the original

#include "green/core/attributes.h"
#include "green/task.h"

namespace green {

using ::fd_mask;
using ::fd_set;
using ::sigset_t;
using ::suseconds_t;
using ::time_t;
using ::timespec;
using ::timeval;

/// select(2)
task<int> select(int count, fd_set* reading GREEN_KEPT,
                 fd_set* writing GREEN_KEPT, fd_set* exceptional GREEN_KEPT,
                 timeval* timeout GREEN_KEPT);
/// pselect(2)
task<int> pselect(int count, fd_set* reading GREEN_KEPT,
                  fd_set* writing GREEN_KEPT, fd_set* exceptional GREEN_KEPT,
                  const timespec* timeout GREEN_KEPT,
                  const sigset_t* mask GREEN_KEPT);

}  // namespace green
