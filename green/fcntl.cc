// SPDX-License-Identifier: MIT
#include "green/fcntl.h"

#include <sys/stat.h>

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "green/core/signal_scope.h"
#include "green/hub/call_on_helper.h"
#include "green/hub/operation.h"
#include "green/hub/prep.h"
#include "green/hub/user_memory.h"
#include "green/posix/helper_call.h"
#include "green/posix/kept_errno.h"
#include "green/posix/lock_request.h"
#include "green/posix/splicing.h"
#include "green/unique_fd.h"

namespace green {

namespace {

int fail(int error) {
  errno = error;
  return -1;
}

// The ring opens a FIFO without waiting for the other end.
bool is_fifo(int directory, const char* path) {
  struct ::stat found;
  const kept_errno at_start;
  const bool is_one = path != nullptr &&
                      ::fstatat(directory, path, &found, 0) == 0 &&
                      S_ISFIFO(found.st_mode);
  at_start.put_back();
  return is_one;
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
  const core::signal_scope scope(core::by_signal::unless_restarted);
  unique_fd opened(-EINTR);
  try {
    opened = co_await wait;
  } catch (const hub::ended_by_signal&) {
    // The helper closes what it opens.
  }
  if (opened.get() >= 0) co_return opened.release();
  errno = -opened.get();
  co_return -1;
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

hub::operation<int> fallocate(int fd, int mode, off_t offset, off_t length) {
  return {io_uring_prep_fallocate, fd, mode, offset, length};
}

// An entry of a ring has 32 bits for the length of these two.

task<int> posix_fadvise(int fd, off_t offset, off_t length, int advice) {
  hub::operation<int> advising =
      hub::call_on_helper<&::posix_fadvise, "posix_fadvise">(fd, offset, length,
                                                             advice);
  const std::int32_t result = co_await advising.raw();
  co_return result < 0 ? -result : result;
}

hub::operation<int> sync_file_range(int fd, off64_t offset, off64_t length,
                                    unsigned flags) {
  return hub::call_on_helper<&::sync_file_range, "sync_file_range">(
      fd, offset, length, flags);
}

hub::operation<ssize_t> readahead(int fd, off64_t offset, size_t length) {
  return hub::call_on_helper<&::readahead, "readahead">(fd, offset, length);
}

hub::operation<int> name_to_handle_at(int directory, const char* path,
                                      file_handle* handle, int* mount,
                                      int flags) {
  return hub::call_on_helper<&::name_to_handle_at, "name_to_handle_at">(
      directory, path, handle, mount, flags);
}

// The file may be a FIFO, which waits for its other end. So the helper has a
// copy of the handle, and may be abandoned.
task<int> open_by_handle_at(int mount, file_handle* handle, int flags) {
  const std::optional<file_handle> head = hub::from_user(handle);
  if (!head) co_return fail(EFAULT);
  const unsigned size = head->handle_bytes;
  if (size == 0 || size > MAX_HANDLE_SZ) co_return fail(EINVAL);
  std::vector<std::byte> copy(sizeof *handle + size);
  if (!hub::read_user(copy.data(), handle, copy.size())) co_return fail(EFAULT);
  unique_fd base(AT_FDCWD);
  if (mount != AT_FDCWD) {
    base = unique_fd(::fcntl(mount, F_DUPFD_CLOEXEC, 0));
    if (base.get() < 0) co_return -1;
  }
  auto call = [base = std::move(base), copy = std::move(copy),
               flags]() mutable {
    auto* const own = reinterpret_cast<file_handle*>(copy.data());
    const int fd = ::open_by_handle_at(base.get(), own, flags);
    return unique_fd(fd >= 0 ? fd : -errno);
  };
  hub::offloaded<decltype(call)> wait(hub::patient_helpers(),
                                      "open_by_handle_at", std::move(call));
  unique_fd opened = co_await wait;
  co_return opened.get() >= 0 ? opened.release() : fail(-opened.get());
}

task<ssize_t> splice(int from, off_t* from_offset, int to, off_t* to_offset,
                     size_t length, unsigned flags) {
  return splice_pages(from, from_offset, to, to_offset, length, flags);
}

task<ssize_t> tee(int from, int to, size_t length, unsigned flags) {
  return tee_pages(from, to, length, flags);
}

task<ssize_t> vmsplice(int fd, const iovec* parts, size_t count,
                       unsigned flags) {
  return vmsplice_pages(fd, parts, count, flags);
}

}  // namespace green
