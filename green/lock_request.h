// SPDX-License-Identifier: MIT
#pragma once

#include <fcntl.h>

#include "green/task.h"

namespace green {

/// fcntl(fd, F_SETLKW or F_OFD_SETLKW, lock). The system lets only threads wait
/// for a lock, and a thread that waits can't be called back: what it is granted
/// later would be taken from whoever has locked the file meanwhile. So it is
/// tried again when a green thread unlocks the file, and every 10 ms.
task<int> wait_for_lock(int fd, int command, const struct ::flock* lock);

/// A lock on the file was given back, in whole or in part: who waits tries
/// again. errno stays as it is.
void lock_given_back(int fd) noexcept;

}  // namespace green
