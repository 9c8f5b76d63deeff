// SPDX-License-Identifier: MIT
//
// Mirrors <sys/select.h>.
//
// Awaited: select pselect
// Same: all else is the original: fd_mask fd_set sigset_t suseconds_t time_t
//   timespec timeval
// Differs: select leaves its timeout as it is. A timeout of 0 lets all that is
//   ready run first. A count above FD_SETSIZE is EINVAL. pselect's
//   mask is that of ppoll in "green/poll.h".
// Missing: nothing.
#pragma once

#include <sys/select.h>  // the original

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
task<int> select(int count, fd_set* reading, fd_set* writing,
                 fd_set* exceptional, timeval* timeout);
/// pselect(2)
task<int> pselect(int count, fd_set* reading, fd_set* writing,
                  fd_set* exceptional, const timespec* timeout,
                  const sigset_t* mask);

}  // namespace green
