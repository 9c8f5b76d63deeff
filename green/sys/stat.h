// SPDX-License-Identifier: MIT
//
// Mirrors <sys/stat.h>.
//
// Awaited: stat fstat lstat mkdir
// Same: all else is the original: blkcnt_t blksize_t chmod dev_t fchmod
//   fchmodat fstatat futimens getumask gid_t ino_t lchmod mkdirat mkfifo
//   mkfifoat mknod mknodat mode_t nlink_t off_t statx statx_timestamp time_t
//   timespec uid_t umask utimensat
// Differs: struct stat is not in green, where the function has its name: write
//   `struct stat`.
// Missing: the names in 64 (stat64): off_t has 64 bits.
#pragma once

#include <sys/stat.h>  // the original

#include "green/hub/operation.h"
#include "green/task.h"

namespace green {

using ::blkcnt_t;
using ::blksize_t;
using ::chmod;
using ::dev_t;
using ::fchmod;
using ::fchmodat;
using ::fstatat;
using ::futimens;
using ::getumask;
using ::gid_t;
using ::ino_t;
using ::lchmod;
using ::mkdirat;
using ::mkfifo;
using ::mkfifoat;
using ::mknod;
using ::mknodat;
using ::mode_t;
using ::nlink_t;
using ::off_t;
using ::statx;
using ::statx_timestamp;
using ::time_t;
using ::timespec;
using ::uid_t;
using ::umask;
using ::utimensat;

/// stat(2)
task<int> stat(const char* path, struct ::stat* into);
/// fstat(2)
task<int> fstat(int fd, struct ::stat* into);
/// lstat(2)
task<int> lstat(const char* path, struct ::stat* into);
/// mkdir(2)
hub::operation<int> mkdir(const char* path, mode_t mode);

}  // namespace green
