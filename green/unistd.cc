// SPDX-License-Identifier: MIT
#include "green/unistd.h"

#include <fcntl.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <memory>

#include "green/core/sleep.h"
#include "green/helper_call.h"
#include "green/hub/prep.h"
#include "green/lock_request.h"
#include "green/unique_fd.h"

namespace green {

namespace {

constexpr auto at_file_position = static_cast<std::uint64_t>(-1);

// As Linux limits every transfer.
unsigned limited(size_t length) {
  return static_cast<unsigned>(std::min<size_t>(length, 0x7ffff000));
}

std::shared_ptr<unique_fd> duplicate(int fd) {
  const int copy = ::fcntl(fd, F_DUPFD_CLOEXEC, 0);
  return copy < 0 ? nullptr : std::make_shared<unique_fd>(copy);
}

// No valid entry can hold a negative offset but -1, the file's own position:
// the kernel is given one that it refuses with EINVAL.
std::uint64_t checked(off_t offset) {
  return static_cast<std::uint64_t>(offset < 0 ? -2 : offset);
}

}  // namespace

hub::operation<ssize_t> read(int fd, void* data, size_t length) {
  return {io_uring_prep_read, fd, data, limited(length), at_file_position};
}

hub::operation<ssize_t> pread(int fd, void* data, size_t length, off_t offset) {
  return {io_uring_prep_read, fd, data, limited(length), checked(offset)};
}

hub::operation<ssize_t> write(int fd, const void* data, size_t length) {
  return {io_uring_prep_write, fd, data, limited(length), at_file_position};
}

hub::operation<ssize_t> pwrite(int fd, const void* data, size_t length,
                               off_t offset) {
  return {io_uring_prep_write, fd, data, limited(length), checked(offset)};
}

hub::close_wait close(int fd) { return hub::close_wait(fd); }

hub::operation<int> fsync(int fd) { return {io_uring_prep_fsync, fd, 0u}; }

hub::operation<int> fdatasync(int fd) {
  return {io_uring_prep_fsync, fd, IORING_FSYNC_DATASYNC};
}

hub::operation<int> unlink(const char* path) {
  return {io_uring_prep_unlinkat, AT_FDCWD, path, 0};
}

// Opcodes newer than Debian's liburing: on a helper, with descriptors and
// offsets of its own, as a kill leaves it to end by itself.

task<int> ftruncate(int fd, off_t length) {
  const auto own = duplicate(fd);
  if (own == nullptr) co_return -1;
  const auto call = [own, length] { return ::ftruncate(own->get(), length); };
  co_return co_await helper_call(hub::file_helpers(), "ftruncate", call);
}

task<ssize_t> copy_file_range(int from, off_t* from_offset, int to,
                              off_t* to_offset, size_t length, unsigned flags) {
  struct copied {
    std::shared_ptr<unique_fd> from;
    std::shared_ptr<unique_fd> to;
    off_t from_at;
    off_t to_at;
  };
  const auto state = std::make_shared<copied>();
  state->from = duplicate(from);
  state->to = duplicate(to);
  if (state->from == nullptr || state->to == nullptr) co_return -1;
  state->from_at = from_offset == nullptr ? 0 : *from_offset;
  state->to_at = to_offset == nullptr ? 0 : *to_offset;
  const bool from_here = from_offset == nullptr;
  const bool to_here = to_offset == nullptr;
  const auto call = [=] {
    return ::copy_file_range(
        state->from->get(), from_here ? nullptr : &state->from_at,
        state->to->get(), to_here ? nullptr : &state->to_at, length, flags);
  };
  const ssize_t result =
      co_await helper_call(hub::file_helpers(), "copy_file_range", call);
  if (from_offset != nullptr) *from_offset = state->from_at;
  if (to_offset != nullptr) *to_offset = state->to_at;
  co_return result;
}

task<int> lockf(int fd, int command, off_t length) {
  if (command != F_LOCK) co_return ::lockf(fd, command, length);
  struct ::flock request{};
  request.l_type = F_WRLCK;
  request.l_whence = SEEK_CUR;
  request.l_len = length;
  co_return co_await wait_for_lock(fd, F_SETLKW, &request);
}

task<unsigned> sleep(unsigned seconds) {
  co_await core::sleep_wait(std::chrono::seconds(seconds));
  co_return 0;
}

task<int> usleep(useconds_t microseconds) {
  co_await core::sleep_wait(std::chrono::microseconds(microseconds));
  co_return 0;
}

}  // namespace green
