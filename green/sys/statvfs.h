// SPDX-License-Identifier: MIT
//
// Mirrors <sys/statvfs.h>. A kill or timeout is thrown (docs/contract.md).
//
// Awaited: statvfs fstatvfs
// Same: all else is the original: fsblkcnt_t fsfilcnt_t and the
//   flags ST_RDONLY and its kin
// Differs: struct statvfs is not in green, where the function has its name:
// write
//   `struct statvfs`. A call that has begun ends before a kill or timeout is
//   looked at.
// Missing: the names in 64 (statvfs64): the counts have 64 bits.
#pragma once

#include <sys/statvfs.h>  // the original

#include "green/core/attributes.h"
#include "green/hub/operation.h"

namespace green {

using ::fsblkcnt_t;
using ::fsfilcnt_t;

/// statvfs(3)
hub::operation<int> statvfs(const char* path GREEN_KEPT,
                            struct ::statvfs* into GREEN_KEPT);
/// fstatvfs(3)
hub::operation<int> fstatvfs(int fd, struct ::statvfs* into GREEN_KEPT);

}  // namespace green
