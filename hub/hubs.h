// SPDX-License-Identifier: MIT
#pragma once

#include <sys/types.h>

namespace green::hub {

/// fork(2): the child has the hub of the calling thread with the calling green
/// thread alone. The descriptors of all other hubs are closed there. ENOTSUP:
/// it was called in a callback of a running hub. From the first hub on, fork(3)
/// by any caller does the same.
pid_t fork();

/// Was this process forked while its parent had other threads? Then one of them
/// may have held a lock of the C library, which stays locked for ever here. So
/// a hub's thread must not call a function that takes such a lock. glibc looks
/// after its allocator, its streams and its loader.
bool forked_beside_threads() noexcept;

}  // namespace green::hub
