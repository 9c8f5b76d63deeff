// SPDX-License-Identifier: MIT
#include "green/fcntl.h"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <string>

#include "green/helper_call.h"
#include "green/hub/operation.h"
#include "green/hub/prep.h"
#include "green/lock_request.h"
#include "green/poll_until.h"
#include "green/unique_fd.h"

namespace green {

namespace {

// The ring opens a FIFO without waiting for the other end.
bool is_fifo(int directory, const char* path) {
  struct ::stat found;
  return path != nullptr && ::fstatat(directory, path, &found, 0) == 0 &&
         S_ISFIFO(found.st_mode);
}

task<int> open_fifo(int directory, std::string path, int flags, mode_t mode) {
  unique_fd base(AT_FDCWD);
  if (directory != AT_FDCWD)
    base = unique_fd(::fcntl(directory, F_DUPFD_CLOEXEC, 0));
  auto call = [base = std::move(base), path = std::move(path), flags, mode] {
    const int fd = ::openat(base.get(), path.c_str(), flags, mode);
    return unique_fd(fd >= 0 ? fd : -errno);
  };
  hub::offloaded<decltype(call)> wait(hub::patient_helpers(), "open",
                                      std::move(call));
  unique_fd opened = co_await wait;
  if (opened.get() >= 0) co_return opened.release();
  errno = -opened.get();
  co_return -1;
}

// Waits until `from` can give and `to` can take.
task<int> ready_for_splice(int from, int to) {
  pollfd source{from, POLLIN, 0};
  pollfd target{to, POLLOUT, 0};
  if (co_await poll_until(&source, 1, core::deadline::never()) < 0) {
    co_return -1;
  }
  co_return co_await poll_until(&target, 1, core::deadline::never());
}

bool either_nonblocking(int from, int to) {
  return hub::is_nonblocking(from) || hub::is_nonblocking(to);
}

// -1 stands for none, and other negative ones are refused.
std::int64_t position(const off_t* offset) {
  if (offset == nullptr) return -1;
  return *offset < 0 ? -2 : *offset;
}

// As Linux limits every transfer.
unsigned limited(size_t length) {
  return static_cast<unsigned>(std::min<size_t>(length, 0x7ffff000));
}

}  // namespace

task<int> openat(int directory, const char* path, int flags, mode_t mode) {
  if ((flags & (O_NONBLOCK | O_PATH)) == 0 && (flags & O_ACCMODE) != O_RDWR &&
      is_fifo(directory, path)) {
    co_return co_await open_fifo(directory, path, flags, mode);
  }
  hub::operation<int> opening{io_uring_prep_openat, directory, path, flags,
                              mode};
  co_return co_await opening;
}

task<int> open(const char* path, int flags, mode_t mode) {
  return openat(AT_FDCWD, path, flags, mode);
}

task<int> creat(const char* path, mode_t mode) {
  return openat(AT_FDCWD, path, O_CREAT | O_WRONLY | O_TRUNC, mode);
}

task<int> fcntl(int fd, int command) { co_return ::fcntl(fd, command); }

task<int> fcntl(int fd, int command, long argument) {
  co_return ::fcntl(fd, command, argument);
}

task<int> fcntl(int fd, int command, int argument) {
  co_return ::fcntl(fd, command, argument);
}

task<int> fcntl(int fd, int command, const void* argument) {
  const auto* lock = static_cast<const struct ::flock*>(argument);
  if (command == F_SETLKW || command == F_OFD_SETLKW) {
    co_return co_await wait_for_lock(fd, command, lock);
  }
  const int result = ::fcntl(fd, command, argument);
  const bool locks = command == F_SETLK || command == F_OFD_SETLK;
  if (result == 0 && locks && lock->l_type != F_WRLCK) lock_given_back(fd);
  co_return result;
}

task<int> posix_fallocate(int fd, off_t offset, off_t length) {
  hub::operation<int> allocating{io_uring_prep_fallocate, fd, 0, offset,
                                 length};
  const std::int32_t result = co_await allocating.raw();
  // The C library has a way of its own where the file system has none.
  co_return result == -EOPNOTSUPP ? ::posix_fallocate(fd, offset, length)
                                  : -result;
}

task<ssize_t> splice(int from, off_t* from_offset, int to, off_t* to_offset,
                     size_t length, unsigned flags) {
  if (length == 0) co_return 0;
  const bool waits =
      (flags & SPLICE_F_NONBLOCK) == 0 && !either_nonblocking(from, to);
  for (;;) {
    hub::operation<ssize_t> moving{io_uring_prep_splice,     from,
                                   position(from_offset),    to,
                                   position(to_offset),      limited(length),
                                   flags | SPLICE_F_NONBLOCK};
    const ssize_t moved = co_await moving;
    if (moved < 0 && errno == EAGAIN && waits) {
      if (co_await ready_for_splice(from, to) < 0) co_return -1;
      continue;
    }
    if (moved > 0 && from_offset != nullptr) *from_offset += moved;
    if (moved > 0 && to_offset != nullptr) *to_offset += moved;
    co_return moved;
  }
}

task<ssize_t> tee(int from, int to, size_t length, unsigned flags) {
  if (length == 0) co_return 0;
  const bool waits =
      (flags & SPLICE_F_NONBLOCK) == 0 && !either_nonblocking(from, to);
  for (;;) {
    hub::operation<ssize_t> copying{io_uring_prep_tee, from, to,
                                    limited(length), flags | SPLICE_F_NONBLOCK};
    const ssize_t copied = co_await copying;
    if (copied >= 0 || errno != EAGAIN || !waits) co_return copied;
    if (co_await ready_for_splice(from, to) < 0) co_return -1;
  }
}

}  // namespace green
