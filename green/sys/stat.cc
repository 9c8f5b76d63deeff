// SPDX-License-Identifier: MIT
#include "green/sys/stat.h"

#include <fcntl.h>
#include <linux/magic.h>
#include <linux/openat2.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "green/core/sleep.h"
#include "green/hub/call_on_helper.h"
#include "green/hub/prep.h"
#include "green/hub/user_memory.h"
#include "green/posix/kept_errno.h"

namespace green {

using hub::call_on_helper;

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

// A ring looks at the path before it refuses odd flags.
hub::operation<int> ask(int directory, const char* path, int flags,
                        unsigned mask, struct ::statx* into) {
  constexpr int known = AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT | AT_EMPTY_PATH |
                        AT_STATX_FORCE_SYNC | AT_STATX_DONT_SYNC;
  const bool odd = (flags & ~known) != 0 || (mask & STATX__RESERVED) != 0 ||
                   (flags & AT_STATX_SYNC_TYPE) == AT_STATX_SYNC_TYPE;
  if (odd) {
    return call_on_helper<&::statx, "statx">(directory, path, flags, mask,
                                             into);
  }
  return {io_uring_prep_statx, directory, path, flags, mask, into};
}

task<int> statx_into(int directory, const char* path, int flags,
                     struct ::stat* into) {
  struct ::statx found;
  hub::operation<int> asking =
      ask(directory, path, flags | AT_NO_AUTOMOUNT, STATX_BASIC_STATS, &found);
  if (co_await asking != 0) co_return -1;
  struct ::stat converted;
  convert(found, converted);
  if (hub::write_user(into, &converted, sizeof converted)) co_return 0;
  errno = EFAULT;
  co_return -1;
}

// File systems without a device of their own that need not be asked: they lie
// in memory, on a device, or in layers that nobody else may change.
bool needs_no_peer(int fd) {
  struct statfs about;
  if (::fstatfs(fd, &about) != 0) return false;
  return about.f_type == TMPFS_MAGIC || about.f_type == BTRFS_SUPER_MAGIC ||
         about.f_type == OVERLAYFS_SUPER_MAGIC;
}

// Asks for the facts of an open file that the kernel knows by itself. 0, an
// error number, or EAGAIN when the file must be asked. The kernel knows
// everything about a block device, for which the ring would use a thread.
int known_here(int fd, struct ::stat* into) {
  const kept_errno at_start;
  const int flags = AT_EMPTY_PATH | AT_NO_AUTOMOUNT | AT_STATX_DONT_SYNC;
  if (::fstatat(fd, "", into, flags) != 0) {
    const int error = errno;
    at_start.put_back();
    return error == EFAULT || error == EBADF ? error : EAGAIN;
  }
  const bool known = ::major(into->st_dev) != 0 || needs_no_peer(fd);
  at_start.put_back();
  return known ? 0 : EAGAIN;
}

// Opens the path as a mere name, if no disk and no peer is needed for that. An
// error says nothing: the answer is to come from the call itself.
int open_cached(int directory, const char* path, int flags) {
  if ((flags & ~(AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT)) != 0) return -1;
  struct open_how how{};
  how.flags = O_PATH | O_CLOEXEC;
  if ((flags & AT_SYMLINK_NOFOLLOW) != 0) how.flags |= O_NOFOLLOW;
  how.resolve = RESOLVE_CACHED;
  return static_cast<int>(
      ::syscall(SYS_openat2, directory, path, &how, sizeof how));
}

bool known_by_name(int directory, const char* path, int flags,
                   struct ::stat* into) {
  const kept_errno at_start;
  const int fd = open_cached(directory, path, flags);
  const bool known = fd >= 0 && known_here(fd, into) == 0;
  if (fd >= 0) ::close(fd);
  at_start.put_back();
  return known;
}

// A ring always gives a path to one of the kernel's threads. That costs three
// times as much as three system calls that look into the kernel's memory.
task<int> stat_path(int directory, const char* path, int flags,
                    struct ::stat* into) {
  co_await core::yield_wait();  // so that others run, and a kill comes through
  if (known_by_name(directory, path, flags, into)) co_return 0;
  co_return co_await statx_into(directory, path, flags, into);
}

}  // namespace

task<int> stat(const char* path, struct ::stat* into) {
  return stat_path(AT_FDCWD, path, 0, into);
}

task<int> fstat(int fd, struct ::stat* into) {
  if (fd < 0) co_return co_await statx_into(-1, "", AT_EMPTY_PATH, into);
  co_await core::yield_wait();  // so that others run, and a kill comes through
  const int error = known_here(fd, into);
  if (error == 0) co_return 0;
  if (error == EAGAIN) {
    co_return co_await statx_into(fd, "", AT_EMPTY_PATH, into);
  }
  errno = error;
  co_return -1;
}

task<int> lstat(const char* path, struct ::stat* into) {
  return stat_path(AT_FDCWD, path, AT_SYMLINK_NOFOLLOW, into);
}

task<int> fstatat(int directory, const char* path, struct ::stat* into,
                  int flags) {
  return stat_path(directory, path, flags, into);
}

hub::operation<int> statx(int directory, const char* path, int flags,
                          unsigned mask, struct ::statx* into) {
  return ask(directory, path, flags, mask, into);
}

hub::operation<int> mkdir(const char* path, mode_t mode) {
  return {io_uring_prep_mkdirat, AT_FDCWD, path, mode};
}

hub::operation<int> mkdirat(int directory, const char* path, mode_t mode) {
  return {io_uring_prep_mkdirat, directory, path, mode};
}

// No ring has an opcode for these.

hub::operation<int> mkfifo(const char* path, mode_t mode) {
  return call_on_helper<&::mkfifo, "mkfifo">(path, mode);
}

hub::operation<int> mkfifoat(int directory, const char* path, mode_t mode) {
  return call_on_helper<&::mkfifoat, "mkfifoat">(directory, path, mode);
}

hub::operation<int> mknod(const char* path, mode_t mode, dev_t device) {
  return call_on_helper<&::mknod, "mknod">(path, mode, device);
}

hub::operation<int> mknodat(int directory, const char* path, mode_t mode,
                            dev_t device) {
  return call_on_helper<&::mknodat, "mknodat">(directory, path, mode, device);
}

hub::operation<int> chmod(const char* path, mode_t mode) {
  return call_on_helper<&::chmod, "chmod">(path, mode);
}

hub::operation<int> lchmod(const char* path, mode_t mode) {
  return call_on_helper<&::lchmod, "lchmod">(path, mode);
}

hub::operation<int> fchmod(int fd, mode_t mode) {
  return call_on_helper<&::fchmod, "fchmod">(fd, mode);
}

hub::operation<int> fchmodat(int directory, const char* path, mode_t mode,
                             int flags) {
  return call_on_helper<&::fchmodat, "fchmodat">(directory, path, mode, flags);
}

hub::operation<int> futimens(int fd, const timespec times[2]) {
  return call_on_helper<&::futimens, "futimens">(fd, times);
}

hub::operation<int> utimensat(int directory, const char* path,
                              const timespec times[2], int flags) {
  return call_on_helper<&::utimensat, "utimensat">(directory, path, times,
                                                   flags);
}

}  // namespace green
