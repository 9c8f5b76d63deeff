// SPDX-License-Identifier: MIT
#include "green/unistd.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/uio.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <climits>
#include <cstdint>
#include <cstring>
#include <exception>
#include <memory>

#include "green/core/sleep.h"
#include "green/hub/call_on_helper.h"
#include "green/hub/descriptor_facts.h"
#include "green/hub/descriptor_guard.h"
#include "green/hub/ftruncate.h"
#include "green/hub/hubs.h"
#include "green/hub/prep.h"
#include "green/hub/transfer.h"
#include "green/hub/user_memory.h"
#include "green/posix/held_signals.h"
#include "green/posix/helper_call.h"
#include "green/posix/kept_errno.h"
#include "green/posix/lock_request.h"
#include "green/posix/sleep_by_signal.h"
#include "green/signal.h"

namespace green {

using hub::at_file_position;
using hub::call_on_helper;
using hub::limited;

namespace {

// The ring takes -1 for the file's own position.
bool may_use(int fd, off_t offset) {
  if (offset < 0) errno = EINVAL;
  return offset >= 0 && hub::has_positions(fd, false);
}

// Reads the part of a small piece that is in memory, which is cheaper than a
// request.
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
  const kept_errno at_start;
  const unsigned wanted = limited(length);
  co_await core::yield_wait();  // so that others run, and a kill comes through
  const ssize_t cached = read_cached(fd, data, wanted, offset);
  if (cached == 0 || cached == wanted) co_return cached;
  if (cached < 0 && errno != EAGAIN && errno != EOPNOTSUPP) co_return -1;
  if (cached < 0 && !hub::has_positions(fd, true)) co_return -1;
  at_start.put_back();
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

hub::operation<int> unlinkat(int directory, const char* path, int flags) {
  return {io_uring_prep_unlinkat, directory, path, flags};
}

hub::operation<int> rmdir(const char* path) {
  return {io_uring_prep_unlinkat, AT_FDCWD, path, AT_REMOVEDIR};
}

hub::operation<int> link(const char* from, const char* to) {
  return {io_uring_prep_linkat, AT_FDCWD, from, AT_FDCWD, to, 0};
}

hub::operation<int> linkat(int from_directory, const char* from,
                           int to_directory, const char* to, int flags) {
  return {io_uring_prep_linkat, from_directory, from, to_directory, to, flags};
}

hub::operation<int> symlink(const char* target, const char* path) {
  return {io_uring_prep_symlinkat, target, AT_FDCWD, path};
}

hub::operation<int> symlinkat(const char* target, int directory,
                              const char* path) {
  return {io_uring_prep_symlinkat, target, directory, path};
}

// A ring does not refuse a length below zero.
hub::operation<int> ftruncate(int fd, off_t length) {
  if (length < 0) return call_on_helper<&::ftruncate, "ftruncate">(fd, length);
  return {hub::prepare_ftruncate, fd, length};
}

// No ring has an opcode for these.

hub::operation<int> truncate(const char* path, off_t length) {
  return call_on_helper<&::truncate, "truncate">(path, length);
}

hub::operation<int> access(const char* path, int mode) {
  return call_on_helper<&::access, "access">(path, mode);
}

hub::operation<int> eaccess(const char* path, int mode) {
  return call_on_helper<&::eaccess, "eaccess">(path, mode);
}

hub::operation<int> euidaccess(const char* path, int mode) {
  return call_on_helper<&::euidaccess, "euidaccess">(path, mode);
}

hub::operation<int> faccessat(int directory, const char* path, int mode,
                              int flags) {
  return call_on_helper<&::faccessat, "faccessat">(directory, path, mode,
                                                   flags);
}

hub::operation<int> chdir(const char* path) {
  return call_on_helper<&::chdir, "chdir">(path);
}

hub::operation<int> chown(const char* path, uid_t owner, gid_t group) {
  return call_on_helper<&::chown, "chown">(path, owner, group);
}

hub::operation<int> lchown(const char* path, uid_t owner, gid_t group) {
  return call_on_helper<&::lchown, "lchown">(path, owner, group);
}

hub::operation<int> fchown(int fd, uid_t owner, gid_t group) {
  return call_on_helper<&::fchown, "fchown">(fd, owner, group);
}

hub::operation<int> fchownat(int directory, const char* path, uid_t owner,
                             gid_t group, int flags) {
  return call_on_helper<&::fchownat, "fchownat">(directory, path, owner, group,
                                                 flags);
}

hub::operation<ssize_t> readlink(const char* path, char* into, size_t size) {
  return call_on_helper<&::readlink, "readlink">(path, into, size);
}

hub::operation<ssize_t> readlinkat(int directory, const char* path, char* into,
                                   size_t size) {
  return call_on_helper<&::readlinkat, "readlinkat">(directory, path, into,
                                                     size);
}

hub::operation<void> sync() { return call_on_helper<&::sync, "sync">(); }

hub::operation<int> syncfs(int fd) {
  return call_on_helper<&::syncfs, "syncfs">(fd);
}

namespace {

// The offsets of copy_file_range. They are copies, because an abandoned helper
// goes on.
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

// Like daemon(3), accepts the true /dev/null alone.
bool shut_standard_streams() {
  const int fd = ::open("/dev/null", O_RDWR);
  if (fd < 0) return false;
  struct ::stat file{};
  const bool well = ::fstat(fd, &file) == 0;
  if (!well || !S_ISCHR(file.st_mode) || file.st_rdev != makedev(1, 3)) {
    if (well) errno = ENODEV;
    const int error = errno;
    ::close(fd);
    errno = error;
    return false;
  }
  for (const int standard : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    ::dup2(fd, standard);
  }
  if (fd > STDERR_FILENO) ::close(fd);
  return true;
}

bool interrupted() { return core::scheduler::here()->current()->interrupted(); }

}  // namespace

// Copies in pieces, so that a kill need not wait for long. If memory or a
// thread is refused after the first piece, the call returns the bytes copied so
// far.
task<ssize_t> copy_file_range(int from, off_t* from_offset, int to,
                              off_t* to_offset, size_t length, unsigned flags) {
  constexpr size_t piece = size_t{16} * 1024 * 1024;
  const hub::descriptor_guard source(from), target(to);
  if (source.closed() || target.closed()) {
    errno = EBADF;
    co_return -1;
  }
  for (const off_t* offset : {from_offset, to_offset}) {
    if (offset != nullptr && !hub::is_readable(offset, sizeof *offset)) {
      errno = EFAULT;
      co_return -1;
    }
  }
  const kept_errno at_start;
  const auto at = std::make_shared<copy_offsets>(from_offset, to_offset);
  size_t done = 0;
  ssize_t copied = 0;
  do {
    const size_t wanted = std::min(piece, length - done);
    const auto call = [=] {
      return ::copy_file_range(from, at->from(), to, at->to(), wanted, flags);
    };
    try {
      copied = co_await whole_helper_call(hub::file_helpers(),
                                          "copy_file_range", call);
    } catch (const std::exception&) {
      if (done == 0) throw;
      break;
    }
    if (copied > 0) done += static_cast<size_t>(copied);
  } while (copied > 0 && done < length && !interrupted() && !source.closed() &&
           !target.closed());
  if (from_offset != nullptr) *from_offset = at->from_at;
  if (to_offset != nullptr) *to_offset = at->to_at;
  co_return at_start(done == 0 ? copied : static_cast<ssize_t>(done));
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

namespace {

// The name of the user who has logged in, and 0 or an error number.
struct login_name {
  std::array<char, LOGIN_NAME_MAX + 1> text{};
  int error = 0;
};

// The name service may ask a network. Its answer is a copy, because an
// abandoned helper goes on.
task<login_name> ask_login_name() {
  const auto call = [] {
    login_name found;
    found.error = ::getlogin_r(found.text.data(), found.text.size());
    return found;
  };
  hub::offloaded<decltype(call)> wait(hub::name_helpers(), "getlogin_r", call);
  co_return co_await wait;
}

}  // namespace

task<int> getlogin_r(char* name, size_t size) {
  const login_name found = co_await ask_login_name();
  if (found.error != 0) co_return found.error;
  const size_t length = std::strlen(found.text.data()) + 1;
  if (length > size) co_return ERANGE;
  std::memcpy(name, found.text.data(), length);
  co_return 0;
}

task<char*> getlogin() {
  static thread_local login_name found;
  const login_name now = co_await ask_login_name();
  found = now;
  if (found.error == 0) co_return found.text.data();
  errno = found.error;
  co_return nullptr;
}

task<long> gethostid() {
  const auto call = [] { return ::gethostid(); };
  hub::offloaded<decltype(call)> wait(hub::name_helpers(), "gethostid", call);
  co_return co_await wait;
}

task<unsigned> sleep(unsigned seconds) {
  const std::int64_t left =
      co_await sleep_by_signal(std::chrono::seconds(seconds));
  co_return static_cast<unsigned>(left / 1'000'000'000);
}

task<int> usleep(useconds_t microseconds) {
  const std::int64_t left =
      co_await sleep_by_signal(std::chrono::microseconds(microseconds));
  co_return left == 0 ? 0 : -1;
}

task<int> pause() {
  const sigset_t mask = program_mask();
  co_return co_await green::sigsuspend(&mask);
}

pid_t fork() { return hub::fork(); }

int daemon(int nochdir, int noclose) {
  const pid_t pid = fork();
  if (pid < 0) return -1;
  if (pid > 0) ::_exit(0);
  if (::setsid() < 0) return -1;
  if (nochdir == 0) (void)!::chdir("/");
  return noclose != 0 || shut_standard_streams() ? 0 : -1;
}

}  // namespace green
