// SPDX-License-Identifier: MIT
//
// Mirrors <sys/statfs.h>. A kill or timeout is thrown (docs/contract.md).
//
// Awaited: statfs fstatfs
// Same: all else is the original: fsblkcnt_t fsfilcnt_t
// Differs: struct statfs is not in green, where the function has its name:
// write
//   `struct statfs`. A call that has begun ends before a kill or timeout is
//   looked at.
// Missing: the names in 64 (statfs64): the counts have 64 bits.
#pragma once

#include <sys/statfs.h>  // the original

#include "green/core/attributes.h"
#include "green/hub/operation.h"

namespace green {

using ::fsblkcnt_t;
using ::fsfilcnt_t;

/// statfs(2)
hub::operation<int> statfs(const char* path GREEN_KEPT,
                           struct ::statfs* into GREEN_KEPT);
/// fstatfs(2)
hub::operation<int> fstatfs(int fd, struct ::statfs* into GREEN_KEPT);

}  // namespace green
