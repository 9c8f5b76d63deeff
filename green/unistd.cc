// SPDX-License-Identifier: MIT
#include "green/unistd.h"

#include <fcntl.h>
#include <sys/uio.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <memory>

#include "green/core/sleep.h"
#include "green/held_signals.h"
#include "green/helper_call.h"
#include "green/hub/hubs.h"
#include "green/hub/prep.h"
#include "green/lock_request.h"
#include "green/signal.h"

namespace green {

namespace {

constexpr auto at_file_position = static_cast<std::uint64_t>(-1);

// As Linux limits every transfer.
unsigned limited(size_t length) {
  return static_cast<unsigned>(std::min<size_t>(length, 0x7ffff000));
}

// The ring takes -1 for the file's own position, and ignores the offset where
// there are no positions, as in a pipe.
bool may_use(int fd, off_t offset) {
  if (offset < 0) errno = EINVAL;
  return offset >= 0 && ::lseek(fd, 0, SEEK_CUR) >= 0;
}

// What of it is in memory, if not much: cheaper than by the ring.
ssize_t read_cached(int fd, void* data, unsigned length, off_t offset) {
  if (offset < 0) {
    errno = EINVAL;  // here -1 would be the file's own position
    return -1;
  }
  if (length == 0) return ::pread(fd, data, 0, offset);
  constexpr unsigned much = 1 << 20;
  const iovec first{data, std::min(length, much)};
  return ::preadv2(fd, &first, 1, offset, RWF_NOWAIT);
}

}  // namespace

hub::operation<ssize_t> read(int fd, void* data, size_t length) {
  return {io_uring_prep_read, fd, data, limited(length), at_file_position};
}

task<ssize_t> pread(int fd, void* data, size_t length, off_t offset) {
  const unsigned wanted = limited(length);
  co_await core::yield_wait();  // so that others run, and a kill comes through
  const ssize_t cached = read_cached(fd, data, wanted, offset);
  if (cached == 0 || cached == wanted) co_return cached;
  if (cached < 0 && errno != EAGAIN && errno != EOPNOTSUPP) co_return -1;
  const auto done = static_cast<unsigned>(std::max<ssize_t>(cached, 0));
  hub::operation<ssize_t> reading{
      io_uring_prep_read, fd, static_cast<char*>(data) + done, wanted - done,
      static_cast<std::uint64_t>(offset) + done};
  if (done == 0) co_return co_await reading;
  const std::int32_t rest = co_await reading.quiet();
  co_return static_cast<ssize_t>(done) + std::max(rest, 0);
}

hub::operation<ssize_t> write(int fd, const void* data, size_t length) {
  return {io_uring_prep_write, fd, data, limited(length), at_file_position};
}

task<ssize_t> pwrite(int fd, const void* data, size_t length, off_t offset) {
  if (!may_use(fd, offset)) co_return -1;
  hub::operation<ssize_t> writing{io_uring_prep_write, fd, data,
                                  limited(length),
                                  static_cast<std::uint64_t>(offset)};
  co_return co_await writing;
}

hub::close_wait close(int fd) { return hub::close_wait(fd); }

hub::operation<int> fsync(int fd) { return {io_uring_prep_fsync, fd, 0u}; }

hub::operation<int> fdatasync(int fd) {
  return {io_uring_prep_fsync, fd, IORING_FSYNC_DATASYNC};
}

hub::operation<int> unlink(const char* path) {
  return {io_uring_prep_unlinkat, AT_FDCWD, path, 0};
}

// Opcodes newer than Debian's liburing are left to a helper.

task<int> ftruncate(int fd, off_t length) {
  const auto call = [fd, length] { return ::ftruncate(fd, length); };
  co_return co_await whole_helper_call(hub::file_helpers(), "ftruncate", call);
}

namespace {

// The offsets of copy_file_range: of its own, as an abandoned helper goes on.
struct copy_offsets {
  copy_offsets(const off_t* from, const off_t* to)
      : from_given(from != nullptr),
        to_given(to != nullptr),
        from_at(from_given ? *from : 0),
        to_at(to_given ? *to : 0) {}

  off_t* from() noexcept { return from_given ? &from_at : nullptr; }
  off_t* to() noexcept { return to_given ? &to_at : nullptr; }

  bool from_given, to_given;
  off_t from_at, to_at;
};

bool interrupted() { return core::scheduler::here()->current()->interrupted(); }

}  // namespace

// In pieces, so that a kill need not wait for long.
task<ssize_t> copy_file_range(int from, off_t* from_offset, int to,
                              off_t* to_offset, size_t length, unsigned flags) {
  constexpr size_t piece = size_t{16} * 1024 * 1024;
  const auto at = std::make_shared<copy_offsets>(from_offset, to_offset);
  size_t done = 0;
  ssize_t copied = 0;
  do {
    const size_t wanted = std::min(piece, length - done);
    const auto call = [=] {
      return ::copy_file_range(from, at->from(), to, at->to(), wanted, flags);
    };
    copied = co_await whole_helper_call(hub::file_helpers(), "copy_file_range",
                                        call);
    if (copied > 0) done += static_cast<size_t>(copied);
  } while (copied > 0 && done < length && !interrupted());
  if (from_offset != nullptr) *from_offset = at->from_at;
  if (to_offset != nullptr) *to_offset = at->to_at;
  co_return done == 0 ? copied : static_cast<ssize_t>(done);
}

task<int> lockf(int fd, int command, off_t length) {
  if (command != F_LOCK) {
    const int result = ::lockf(fd, command, length);
    if (result == 0 && command == F_ULOCK) lock_given_back(fd);
    co_return result;
  }
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

task<int> pause() {
  const sigset_t mask = program_mask();
  co_return co_await green::sigsuspend(&mask);
}

pid_t fork() {
  const pid_t pid = hub::fork();
  if (pid == 0) release_held_signals();
  return pid;
}

}  // namespace green
