// SPDX-License-Identifier: MIT
#pragma once

#include <fcntl.h>

#include "green/task.h"

namespace green {

/// fcntl(fd, F_SETLKW or F_OFD_SETLKW, lock) on a helper thread. When the wait
/// is abandoned, a lock that is granted later is given back.
task<int> wait_for_lock(int fd, int command, struct ::flock* lock);

}  // namespace green
