// SPDX-License-Identifier: MIT
#pragma once

#include <fcntl.h>

#include "green/task.h"

namespace green {

/// fcntl(fd, F_SETLKW or F_OFD_SETLKW, lock). Only threads can wait for a lock,
/// and a waiting thread cannot be called back. Its lock, granted late, would
/// have to be taken from the file again. So the call is tried again when a
/// green thread unlocks the file, and every 10 ms.
task<int> wait_for_lock(int fd, int command, const struct ::flock* lock);

/// To be called after a lock on the file was given back, in whole or in part:
/// those who wait try again. errno stays as it is.
void lock_given_back(int fd) noexcept;

}  // namespace green
