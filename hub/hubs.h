// SPDX-License-Identifier: MIT
#pragma once

#include <sys/types.h>

namespace green::hub {

/// fork(2): the child has the hub of the calling thread with the calling green
/// thread alone. The descriptors of all other hubs are closed there. ENOTSUP:
/// it was called in a callback of a running hub.
pid_t fork();

/// From now on fork(3) by any caller does the same. Each hub calls it. Throws
/// std::system_error.
void watch_forks();

/// How many forks were seen, in this process and in those that it comes from.
/// It changes while all of core::fork_mutex are locked.
unsigned forks_seen() noexcept;

/// Was this process forked while its parent had other threads? Then one of them
/// may have held a lock of the C library, which stays locked for ever here. So
/// a hub's thread must not call a function that takes such a lock. glibc looks
/// after its allocator, its streams and its loader.
bool forked_beside_threads() noexcept;

}  // namespace green::hub
