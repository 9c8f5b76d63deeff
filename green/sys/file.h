// SPDX-License-Identifier: MIT
//
// Mirrors <sys/file.h>.
//
// Awaited: flock
// Same: all else is the original:
// Differs: killed while it waits, a lock that is granted later is given back.
// Missing: nothing.
#pragma once

#include <sys/file.h>  // the original

#include "green/task.h"

namespace green {

/// flock(2)
task<int> flock(int fd, int operation);

}  // namespace green
