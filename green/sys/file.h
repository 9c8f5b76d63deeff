// SPDX-License-Identifier: MIT
//
// Mirrors <sys/file.h>.
//
// Awaited: flock
// Same: the macros; what it declares of <fcntl.h> is in fcntl.h
// Differs: a lock that a green thread of the process gives back is seen at
//   once, one of others, or given back by close, after up to 10 ms, as the
//   system lets only threads wait for it; so those that wait are not served in
//   order.
// Missing: nothing.
#pragma once

#include <sys/file.h>  // the original

#include "green/task.h"

namespace green {

/// flock(2)
task<int> flock(int fd, int operation);

}  // namespace green
