// SPDX-License-Identifier: MIT
//
// Mirrors <sys/eventfd.h>.
//
// Awaited: eventfd_read eventfd_write
// Same: all else is the original: eventfd eventfd_t
// Differs: nothing.
// Missing: nothing.
#pragma once

#include <sys/eventfd.h>  // the original

#include "green/task.h"

namespace green {

using ::eventfd;
using ::eventfd_t;

/// eventfd_read(3)
task<int> eventfd_read(int fd, eventfd_t* value);
/// eventfd_write(3)
task<int> eventfd_write(int fd, eventfd_t value);

}  // namespace green
