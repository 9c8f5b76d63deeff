// SPDX-License-Identifier: MIT
#include "green/sys/stat.h"

#include <sys/sysmacros.h>

#include <cerrno>
#include <cstring>

#include "green/core/sleep.h"
#include "green/hub/prep.h"

namespace green {

namespace {

timespec time_of(const statx_timestamp& t) {
  return {t.tv_sec, static_cast<long>(t.tv_nsec)};
}

void convert(const struct ::statx& from, struct ::stat& into) {
  into = {};
  into.st_dev = ::makedev(from.stx_dev_major, from.stx_dev_minor);
  into.st_ino = from.stx_ino;
  into.st_nlink = from.stx_nlink;
  into.st_mode = from.stx_mode;
  into.st_uid = from.stx_uid;
  into.st_gid = from.stx_gid;
  into.st_rdev = ::makedev(from.stx_rdev_major, from.stx_rdev_minor);
  into.st_size = static_cast<off_t>(from.stx_size);
  into.st_blksize = static_cast<blksize_t>(from.stx_blksize);
  into.st_blocks = static_cast<blkcnt_t>(from.stx_blocks);
  into.st_atim = time_of(from.stx_atime);
  into.st_mtim = time_of(from.stx_mtime);
  into.st_ctim = time_of(from.stx_ctime);
}

task<int> statx_into(int directory, const char* path, int flags,
                     struct ::stat* into) {
  struct ::statx found;
  hub::operation<int> ask{io_uring_prep_statx,     directory,         path,
                          flags | AT_NO_AUTOMOUNT, STATX_BASIC_STATS, &found};
  const int result = co_await ask;
  if (result == 0) convert(found, *into);
  co_return result;
}

// What the kernel knows of an open file without asking anybody. On a block
// device that is all there is to know; the ring would hand it to a thread.
bool known_here(int fd, struct ::stat* into) {
  struct ::statx found;
  const int flags = AT_EMPTY_PATH | AT_NO_AUTOMOUNT | AT_STATX_DONT_SYNC;
  if (::statx(fd, "", flags, STATX_BASIC_STATS, &found) != 0) return false;
  if (found.stx_dev_major == 0) return false;
  convert(found, *into);
  return true;
}

}  // namespace

task<int> stat(const char* path, struct ::stat* into) {
  return statx_into(AT_FDCWD, path, 0, into);
}

task<int> fstat(int fd, struct ::stat* into) {
  if (fd < 0) co_return co_await statx_into(-1, "", AT_EMPTY_PATH, into);
  co_await core::yield_wait();  // so that others run, and a kill comes through
  if (known_here(fd, into)) co_return 0;
  co_return co_await statx_into(fd, "", AT_EMPTY_PATH, into);
}

task<int> lstat(const char* path, struct ::stat* into) {
  return statx_into(AT_FDCWD, path, AT_SYMLINK_NOFOLLOW, into);
}

hub::operation<int> mkdir(const char* path, mode_t mode) {
  return {io_uring_prep_mkdirat, AT_FDCWD, path, mode};
}

}  // namespace green
