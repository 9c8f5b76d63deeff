// SPDX-License-Identifier: MIT
#include "green/unistd.h"

#include <algorithm>
#include <cerrno>
#include <chrono>

#include "green/core/sleep.h"
#include "green/hub/prep.h"

namespace green {

namespace {

constexpr auto at_file_position = static_cast<std::uint64_t>(-1);

// As Linux limits every transfer.
unsigned limited(size_t length) {
  return static_cast<unsigned>(std::min<size_t>(length, 0x7ffff000));
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

task<unsigned> sleep(unsigned seconds) {
  co_await core::sleep_wait(std::chrono::seconds(seconds));
  co_return 0;
}

task<int> usleep(useconds_t microseconds) {
  co_await core::sleep_wait(std::chrono::microseconds(microseconds));
  co_return 0;
}

}  // namespace green
