// SPDX-License-Identifier: MIT
//
// Mirrors <sys/eventfd.h>. A kill or timeout is thrown (docs/contract.md).
//
// Awaited: eventfd_read eventfd_write
// Same: all else is the original: eventfd eventfd_t
// Differs: a signal ends only a wait of run's main green thread, and only by a
//   handler of "green/signal.h".
// Missing: nothing.
#pragma once

#include <sys/eventfd.h>  // the original

#include "green/core/attributes.h"
#include "green/task.h"

namespace green {

using ::eventfd;
using ::eventfd_t;

/// eventfd_read(3)
task<int> eventfd_read(int fd, eventfd_t* value GREEN_KEPT);
/// eventfd_write(3)
task<int> eventfd_write(int fd, eventfd_t value);

}  // namespace green
