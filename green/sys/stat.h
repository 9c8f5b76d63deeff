// SPDX-License-Identifier: MIT
//
// Mirrors <sys/stat.h>. A kill or timeout is thrown (docs/contract.md).
//
// Awaited: stat fstat lstat mkdir fstatat statx mkdirat mkfifo mkfifoat
//   mknod mknodat chmod lchmod fchmod fchmodat futimens utimensat
// Same: all else is the original: blkcnt_t blksize_t dev_t getumask gid_t
//   ino_t mode_t nlink_t off_t statx_timestamp time_t timespec uid_t umask
// Differs: struct stat is not in green, where the function has its name: write
//   `struct stat`. A call on a path or a disk that has begun ends before a kill
//   or timeout is looked at. struct statx is not in green either. stat, lstat
//   and fstatat take a descriptor for a moment where the kernel has the path in
//   memory. So they need neither a ring nor a thread.
// Missing: the names in 64 (stat64): off_t has 64 bits.
#pragma once

#include <sys/stat.h>  // the original

#include "green/core/attributes.h"
#include "green/hub/operation.h"
#include "green/task.h"

namespace green {

using ::blkcnt_t;
using ::blksize_t;
using ::dev_t;
using ::getumask;
using ::gid_t;
using ::ino_t;
using ::mode_t;
using ::nlink_t;
using ::off_t;
using ::statx_timestamp;
using ::time_t;
using ::timespec;
using ::uid_t;
using ::umask;

/// stat(2)
task<int> stat(const char* path GREEN_KEPT, struct ::stat* into GREEN_KEPT);
/// fstat(2)
task<int> fstat(int fd, struct ::stat* into GREEN_KEPT);
/// lstat(2)
task<int> lstat(const char* path GREEN_KEPT, struct ::stat* into GREEN_KEPT);
/// fstatat(2)
task<int> fstatat(int directory, const char* path GREEN_KEPT,
                  struct ::stat* into GREEN_KEPT, int flags);
/// statx(2)
hub::operation<int> statx(int directory, const char* path GREEN_KEPT, int flags,
                          unsigned mask, struct ::statx* into GREEN_KEPT);
/// mkdir(2)
hub::operation<int> mkdir(const char* path GREEN_KEPT, mode_t mode);
/// mkdirat(2)
hub::operation<int> mkdirat(int directory, const char* path GREEN_KEPT,
                            mode_t mode);
/// mkfifo(3)
hub::operation<int> mkfifo(const char* path GREEN_KEPT, mode_t mode);
/// mkfifoat(3)
hub::operation<int> mkfifoat(int directory, const char* path GREEN_KEPT,
                             mode_t mode);
/// mknod(2)
hub::operation<int> mknod(const char* path GREEN_KEPT, mode_t mode,
                          dev_t device);
/// mknodat(2)
hub::operation<int> mknodat(int directory, const char* path GREEN_KEPT,
                            mode_t mode, dev_t device);
/// chmod(2)
hub::operation<int> chmod(const char* path GREEN_KEPT, mode_t mode);
/// lchmod(3)
hub::operation<int> lchmod(const char* path GREEN_KEPT, mode_t mode);
/// fchmod(2)
hub::operation<int> fchmod(int fd, mode_t mode);
/// fchmodat(2)
hub::operation<int> fchmodat(int directory, const char* path GREEN_KEPT,
                             mode_t mode, int flags);
/// futimens(3)
hub::operation<int> futimens(int fd, const timespec times[2]);
/// utimensat(2)
hub::operation<int> utimensat(int directory, const char* path GREEN_KEPT,
                              const timespec times[2], int flags);

}  // namespace green
