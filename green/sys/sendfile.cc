// SPDX-License-Identifier: MIT
#include "green/sys/sendfile.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <memory>
#include <optional>

#include "green/core/signal_scope.h"
#include "green/hub/descriptor_facts.h"
#include "green/hub/operation.h"
#include "green/hub/prep.h"
#include "green/hub/transfer.h"
#include "green/hub/user_memory.h"
#include "green/posix/kept_errno.h"
#include "green/posix/poll_until.h"
#include "green/posix/splicing.h"
#include "green/unique_fd.h"

namespace green {

namespace {

constexpr size_t step = size_t{64} * 1024;

mode_t type_of(int fd) {
  struct ::stat status{};
  return ::fstat(fd, &status) == 0 ? status.st_mode & S_IFMT : 0;
}

// Is a call of the kernel's own worth a helper thread? Then no byte is copied
// to the socket, and one at most to a file.
bool moves_pages(int to, int from, off_t start, size_t length) {
  struct ::stat status{};
  if (length <= step || ::fstat(from, &status) != 0) return false;
  return S_ISREG(status.st_mode) && status.st_size - start > off_t{step} &&
         (type_of(to) == S_IFREG || hub::is_stream(to));
}

// Can pages be taken out of it at all? A pipe gives its own to splice alone. Of
// devices and of files without a size, as those of /proc, some do; a byte of a
// device is no loss.
bool gives_pages(int fd) {
  struct ::stat status{};
  if (::fstat(fd, &status) != 0) return false;
  const bool device = S_ISCHR(status.st_mode);
  const bool sized = S_ISREG(status.st_mode) && status.st_size != 0;
  if (!device && !S_ISREG(status.st_mode)) {
    return S_ISBLK(status.st_mode) || S_ISSOCK(status.st_mode);
  }
  int ends[2];
  if (sized || ::isatty(fd) == 1 || ::pipe2(ends, O_CLOEXEC) != 0) return true;
  const unique_fd out(ends[0]), in(ends[1]);
  off_t start = 0;
  return ::splice(fd, device ? nullptr : &start, in.get(), nullptr, 1,
                  SPLICE_F_NONBLOCK) >= 0 ||
         errno != EINVAL;
}

// Can it be given pages? A device that cannot, and what is no file, tells when
// the bytes are there: those of an empty pipe that has ended do no harm.
bool takes_pages(int fd) {
  const mode_t type = type_of(fd);
  int ends[2];
  if (type == S_IFREG || type == S_IFSOCK || ::pipe2(ends, O_CLOEXEC) != 0) {
    return true;
  }
  const unique_fd out(ends[0]);
  unique_fd(ends[1]).reset();
  return ::splice(out.get(), nullptr, fd, nullptr, 1, SPLICE_F_NONBLOCK) >= 0 ||
         errno != EINVAL;
}

// Can it be read at an offset? Of no bytes that is asked without a trace.
bool has_offsets(int fd) {
  char nothing;
  return ::pread(fd, &nothing, 0, 0) >= 0 || errno != ESPIPE;
}

// Why the original would refuse these, or 0, in its order.
int refusal(int to, int from, const off_t* offset, size_t count) {
  const int source = ::fcntl(from, F_GETFL);
  if (source < 0) return errno;
  if ((source & O_PATH) != 0 || (source & O_ACCMODE) == O_WRONLY) return EBADF;
  if (offset != nullptr && !has_offsets(from)) return ESPIPE;
  if (offset != nullptr && *offset < 0) return EINVAL;
  const int target = ::fcntl(to, F_GETFL);
  if (target < 0) return errno;
  if ((target & O_PATH) != 0 || (target & O_ACCMODE) == O_RDONLY) return EBADF;
  const bool into_pipe = type_of(to) == S_IFIFO;
  const bool seekable = ::lseek(from, 0, SEEK_CUR) >= 0;
  if (!into_pipe && (!seekable || (target & O_APPEND) != 0)) return EINVAL;
  return count == 0 || gives_pages(from) ? 0 : EINVAL;
}

// Through a buffer, as only so the target's own way to wait can be used.
task<ssize_t> copy(int to, int from, off_t start, size_t length, size_t& done) {
  const auto buffer =
      std::make_unique_for_overwrite<char[]>(std::min(length, step));
  std::int32_t moved = 0;
  while (done < length) {
    // After the first piece, a kill is kept for the next await.
    const bool first = done == 0;
    hub::operation<ssize_t> reading{
        io_uring_prep_read, from, buffer.get(),
        static_cast<unsigned>(std::min(length - done, step)),
        static_cast<std::uint64_t>(start) + done};
    moved = first ? co_await reading.raw() : co_await reading.quiet();
    if (moved > 0 && first && !takes_pages(to)) moved = -EINVAL;
    if (moved <= 0) break;
    hub::operation<ssize_t> writing{io_uring_prep_write, to, buffer.get(),
                                    static_cast<unsigned>(moved),
                                    hub::at_file_position};
    moved = first ? co_await writing.raw() : co_await writing.quiet();
    if (moved <= 0) break;
    done += static_cast<size_t>(moved);
  }
  co_return moved;
}

task<ssize_t> refuse(int error) {
  errno = error;
  co_return -1;
}

// Even for no bytes, the original waits until a pipe has room.
task<ssize_t> has_room(int pipe) {
  pollfd room{pipe, POLLOUT, 0};
  const core::signal_scope call(core::by_signal::unless_restarted);
  const bool waits = (::fcntl(pipe, F_GETFL) & O_NONBLOCK) == 0;
  const int ready =
      co_await poll_until(&room, 1,
                          waits ? core::deadline::never()
                                : core::deadline::at(core::deadline::past));
  if (ready < 0) co_return -1;
  if (ready == 0) co_return co_await refuse(EAGAIN);
  if ((room.revents & POLLERR) == 0) co_return 0;
  ::raise(SIGPIPE);
  co_return co_await refuse(EPIPE);
}

}  // namespace

task<ssize_t> sendfile(int to, int from, off_t* offset, size_t count) {
  const kept_errno at_start;
  std::optional<off_t> given;
  if (offset != nullptr) {
    given = hub::from_user(offset);
    if (!given) co_return co_await refuse(EFAULT);
  }
  const int error = refusal(to, from, given ? &*given : nullptr, count);
  if (error != 0) co_return co_await refuse(error);
  const bool into_pipe = type_of(to) == S_IFIFO;
  if (count == 0 && into_pipe) {
    const ssize_t none = co_await has_room(to);
    co_return at_start(none);
  }
  if (count == 0) co_return at_start(ssize_t{0});
  const size_t length = hub::limited(count);
  if (into_pipe) {
    const ssize_t moved =
        co_await splice_pages(from, offset, to, nullptr, length, 0);
    co_return at_start(moved);
  }
  const off_t start = given ? *given : ::lseek(from, 0, SEEK_CUR);
  size_t done = 0;
  ssize_t moved = -EINVAL;  // also of a file that gives no pages
  if (moves_pages(to, from, start, length)) {
    moved = co_await send_pages(from, start, to, length, done);
  }
  if (moved == -EINVAL && done == 0) {
    moved = co_await copy(to, from, start, length, done);
  }
  const off_t end = start + static_cast<off_t>(done);
  if (offset == nullptr) {
    ::lseek(from, end, SEEK_SET);
  } else if (type_of(from) != S_IFCHR &&  // a device has no positions
             !hub::write_user(offset, &end, sizeof end)) {
    co_return co_await refuse(EFAULT);
  }
  if (done == 0 && moved < 0) {
    co_return co_await refuse(
        static_cast<int>(moved == -EISDIR ? EINVAL : -moved));
  }
  co_return at_start(static_cast<ssize_t>(done));
}

}  // namespace green
