// SPDX-License-Identifier: MIT
#include "green/posix/splicing.h"

#include <fcntl.h>
#include <linux/sock_diag.h>
#include <poll.h>
#include <signal.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <optional>

#include "green/core/parking_lot.h"
#include "green/core/signal_scope.h"
#include "green/core/sleep.h"
#include "green/hub/call_on_helper.h"
#include "green/hub/descriptor_guard.h"
#include "green/hub/poll_wait.h"
#include "green/hub/prep.h"
#include "green/hub/socket_timeout.h"
#include "green/hub/transfer.h"
#include "green/hub/user_memory.h"
#include "green/posix/kept_errno.h"

namespace green {

namespace {

constexpr unsigned known_flags =
    SPLICE_F_MOVE | SPLICE_F_NONBLOCK | SPLICE_F_MORE | SPLICE_F_GIFT;

// One of the two descriptors, and what Linux lets it do.
struct splice_end {
  enum class kind : unsigned char {
    none,      // not open
    pipe,      // obeys SPLICE_F_NONBLOCK
    stream,    // Unix: as a source, so does it
    socket,    // of another kind: obeys its own O_NONBLOCK alone
    terminal,  // the same
    device,    // another one, without positions
    file,      // or what else never waits for a peer
  };

  explicit splice_end(int fd);

  /// Can a call wait at this end for another process or thread?
  bool has_peer() const { return is_pipe() || is_socket() || is_terminal(); }
  bool is_terminal() const { return what == kind::terminal; }
  bool is_pipe() const { return what == kind::pipe; }
  bool is_socket() const {
    return what == kind::stream || what == kind::socket;
  }
  bool reads() const { return (flags & O_ACCMODE) != O_WRONLY; }
  bool writes() const { return (flags & O_ACCMODE) != O_RDONLY; }
  bool nonblocking() const { return (flags & O_NONBLOCK) != 0; }

  kind what = kind::none;
  int flags = 0;
};

int option(int fd, int name) {
  int value = 0;
  socklen_t size = sizeof value;
  ::getsockopt(fd, SOL_SOCKET, name, &value, &size);
  return value;
}

// A listening socket has no bytes to wait for.
splice_end::kind kind_of_socket(int fd) {
  if (option(fd, SO_ACCEPTCONN) != 0) return splice_end::kind::file;
  const bool stream =
      option(fd, SO_DOMAIN) == AF_UNIX && option(fd, SO_TYPE) == SOCK_STREAM;
  return stream ? splice_end::kind::stream : splice_end::kind::socket;
}

splice_end::splice_end(int fd) {
  struct ::stat status{};
  flags = ::fcntl(fd, F_GETFL);
  if (flags < 0 || ::fstat(fd, &status) != 0) return;
  switch (status.st_mode & S_IFMT) {
    case S_IFIFO:
      what = kind::pipe;
      break;
    case S_IFSOCK:
      what = kind_of_socket(fd);
      break;
    case S_IFCHR:
      what = ::isatty(fd) == 1 ? kind::terminal : kind::device;
      break;
    default:
      what = kind::file;
  }
}

bool interrupted() { return core::scheduler::here()->current()->interrupted(); }

// The number of bytes that a ready target takes without a wait, as far as is
// known before. A terminal with room takes 256 bytes, and may make two of one.
size_t room_of(int fd, const splice_end& end) {
  if (end.is_terminal()) return 128;
  if (!end.is_socket() || end.nonblocking()) return hub::longest_transfer;
  constexpr size_t least = 512;
  std::array<std::uint32_t, SK_MEMINFO_VARS> memory{};
  socklen_t size = sizeof memory;
  if (::getsockopt(fd, SOL_SOCKET, SO_MEMINFO, memory.data(), &size) != 0) {
    return least;
  }
  const size_t all = memory[SK_MEMINFO_SNDBUF];
  const size_t used =
      std::max(memory[SK_MEMINFO_WMEM_ALLOC], memory[SK_MEMINFO_WMEM_QUEUED]);
  // Half of the room, because the kernel also counts its own overhead there.
  return std::max(all > used ? (all - used) / 2 : 0, least);
}

// One call: its two ends, and how they wait.
class splicing {
 public:
  splicing(int from, int to, unsigned flags);

  /// Does the kernel answer the call before it waits for anything? Refusals are
  /// such answers.
  bool is_at_once(const off_t* from_offset, const off_t* to_offset) const;
  /// Could a step wait when an end is not ready?
  bool may_block() const { return may_block_; }
  /// Does the call take several steps, until the target has everything?
  bool in_pieces() const { return to_.is_socket() || to_.is_terminal(); }
  bool source_has_positions() const {
    return from_.what == splice_end::kind::file;
  }
  bool target_has_positions() const {
    return to_.what == splice_end::kind::file;
  }
  /// Is there something left to move now?
  bool has_more() const;

  /// Waits until both ends that can wait are ready. Returns 0, or the error of
  /// the call. `tried`: a step has failed with EAGAIN. `begun`: bytes have been
  /// moved, so a kill is kept for the next await.
  task<int> ready(bool tried, bool begun);
  /// Moves some; -errno when it fails.
  task<ssize_t> step(std::int64_t from_offset, std::int64_t to_offset,
                     size_t length, bool begun);
  /// The same by sendfile(2).
  task<ssize_t> send(off_t start, size_t length, bool begun);
  /// tee(2)
  ssize_t copy(size_t length) const;

 private:
  template <class Wait>
  task<std::int32_t> guarded(Wait& wait);
  template <class Fill>
  task<ssize_t> request(Fill fill, bool begun);
  core::deadline limit() const;
  // Fills in the ends that are not ready, and returns their number.
  unsigned look(std::array<pollfd, 2>& missing);
  bool closed() const { return from_guard_.closed() || to_guard_.closed(); }

  const int from_fd_, to_fd_;
  const unsigned flags_;
  const splice_end from_, to_;
  hub::descriptor_guard from_guard_, to_guard_;
  bool from_waits_, to_waits_, may_block_;
  bool all_ready_ = false;
  unsigned rounds_ = 0;
};

splicing::splicing(int from, int to, unsigned flags)
    : from_fd_(from),
      to_fd_(to),
      flags_(flags),
      from_(from),
      to_(to),
      from_guard_(from),
      to_guard_(to) {
  // O_NONBLOCK of a pipe means the same to the call as the flag
  // SPLICE_F_NONBLOCK.
  const auto hurried = [](const splice_end& end) {
    return end.is_pipe() && end.nonblocking();
  };
  const bool patient =
      (flags & SPLICE_F_NONBLOCK) == 0 && !hurried(from_) && !hurried(to_);
  const bool source_obeys =
      from_.is_pipe() || from_.what == splice_end::kind::stream;
  from_waits_ =
      from_.has_peer() && !from_.nonblocking() && (patient || !source_obeys);
  to_waits_ =
      to_.has_peer() && !to_.nonblocking() && (patient || !to_.is_pipe());
  may_block_ =
      (from_.has_peer() && !source_obeys) || (to_.has_peer() && !to_.is_pipe());
}

bool splicing::is_at_once(const off_t* from_offset,
                          const off_t* to_offset) const {
  const bool nothing = from_.what == splice_end::kind::none ||
                       to_.what == splice_end::kind::none;
  return nothing || !from_.reads() || !to_.writes() ||
         (flags_ & ~known_flags) != 0 || (!from_.is_pipe() && !to_.is_pipe()) ||
         (from_offset != nullptr && from_.has_peer()) ||
         (to_offset != nullptr && to_.has_peer());
}

bool splicing::has_more() const {
  pollfd source{from_fd_, POLLIN, 0};
  return ::poll(&source, 1, 0) > 0 && (source.revents & POLLIN) != 0;
}

// The time limit of the end that is a socket.
core::deadline splicing::limit() const {
  if (from_.is_socket()) return hub::socket_deadline(from_fd_, SO_RCVTIMEO);
  if (to_.is_socket()) return hub::socket_deadline(to_fd_, SO_SNDTIMEO);
  return core::deadline::never();
}

template <class Wait>
task<std::int32_t> splicing::guarded(Wait& wait) {
  const hub::descriptor_guard::step source(from_guard_, wait);
  const hub::descriptor_guard::step target(to_guard_, wait);
  co_return co_await wait;
}

unsigned splicing::look(std::array<pollfd, 2>& missing) {
  pollfd source{from_fd_, POLLIN, 0}, target{to_fd_, POLLOUT, 0};
  ::poll(&source, 1, 0);
  ::poll(&target, 1, 0);
  all_ready_ = source.revents != 0 && target.revents != 0;
  // The kernel looks at the pipe first, and at the other end if there is
  // something to do.
  const bool no_bytes = from_.is_pipe() && (source.revents & POLLIN) == 0;
  const bool no_room = to_.is_pipe() && ((target.revents & POLLOUT) == 0 ||
                                         (target.revents & POLLERR) != 0);
  unsigned count = 0;
  if (source.revents == 0 && from_waits_ && (no_bytes || !no_room)) {
    missing[count++] = source;
  }
  if (target.revents == 0 && to_waits_ && (no_room || !no_bytes)) {
    missing[count++] = target;
  }
  return count;
}

task<int> splicing::ready(bool tried, bool begun) {
  const core::deadline until = limit();
  for (;;) {
    if (closed()) co_return EBADF;
    if (begun && interrupted()) co_return EINTR;
    if (core::signal_scope::current_ended()) co_return EINTR;
    std::array<pollfd, 2> missing;
    const unsigned count = look(missing);
    if (count != 0) {
      tried = false;
      hub::poll_wait wait(missing.data(), count, until, begun);
      if (co_await guarded(wait) == 0 && until.passed()) co_return EAGAIN;
      continue;
    }
    if (!tried) co_return 0;
    if (begun || !all_ready_ || !(from_waits_ || to_waits_)) co_return EAGAIN;
    // Both ends are ready, yet the call would wait. It is tried again after a
    // pause.
    tried = false;
    const auto key = static_cast<std::uint64_t>(from_fd_);
    const auto round = rounds_++;
    co_await core::parking_lot::wait_a_while(key, core::parking_lot::turn(key),
                                             "splice", round, until);
  }
}

task<ssize_t> splicing::step(std::int64_t from_offset, std::int64_t to_offset,
                             size_t length, bool begun) {
  const unsigned flags = flags_ | SPLICE_F_NONBLOCK;
  if (!may_block_ && from_.has_peer() && to_.has_peer()) {
    const ssize_t moved =
        ::splice(from_fd_, nullptr, to_fd_, nullptr, length, flags);
    co_return moved < 0 ? -errno : moved;
  }
  const size_t room = to_waits_ ? room_of(to_fd_, to_) : hub::longest_transfer;
  const auto part = static_cast<unsigned>(std::min(length, room));
  const auto fill = [&](io_uring_sqe* sqe) {
    ::io_uring_prep_splice(sqe, from_fd_, from_offset, to_fd_, to_offset, part,
                           flags);
  };
  co_return co_await request(fill, begun);
}

// A kill waits for the end of the call, and so for this many bytes of a disk.
constexpr size_t most_sent = size_t{4} * 1024 * 1024;

ssize_t send_part(int to, int from, off_t start, size_t length) {
  return ::sendfile(to, from, &start, length);
}

task<ssize_t> splicing::send(off_t start, size_t length, bool begun) {
  const size_t room = to_waits_ ? room_of(to_fd_, to_) : most_sent;
  const hub::call_words words{hub::to_word(to_fd_), hub::to_word(from_fd_),
                              hub::to_word(start),
                              std::min({length, room, most_sent})};
  const auto fill = [&words](io_uring_sqe* sqe) {
    hub::prepare_call(sqe, &hub::the_call<&send_part, "sendfile">, -1, &words);
  };
  const ssize_t moved = co_await request(fill, begun);
  if (moved == -EPIPE) ::raise(SIGPIPE);  // the helper's is not this thread's
  co_return moved;
}

// One entry, which is made again as long as nothing has happened.
template <class Fill>
task<ssize_t> splicing::request(Fill fill, bool begun) {
  for (;;) {
    hub::entry entry;
    fill(entry.sqe());
    hub::guarded_step step(entry, begun);
    const std::int32_t moved = co_await guarded(step);
    if (moved != -EINTR && moved != -ECANCELED) co_return moved;
    if (closed()) co_return -EBADF;
    if (begun && interrupted()) co_return moved;
    if (core::signal_scope::current_ended()) co_return -EINTR;
  }
}

ssize_t splicing::copy(size_t length) const {
  const ssize_t copied =
      ::tee(from_fd_, to_fd_, length, flags_ | SPLICE_F_NONBLOCK);
  return copied < 0 ? -errno : copied;
}

// Where a file is read or written; -1 stands for its own position, and other
// negative ones are refused.
std::optional<std::int64_t> position(const off_t* offset) {
  if (offset == nullptr) return -1;
  const std::optional<off_t> given = hub::from_user(offset);
  if (!given) return std::nullopt;
  return *given < 0 ? -2 : *given;
}

bool move_on(off_t* offset, std::int64_t before, size_t moved) {
  if (offset == nullptr) return true;
  const off_t after = before + static_cast<off_t>(moved);
  return hub::write_user(offset, &after, sizeof after);
}

ssize_t posix(ssize_t result) {
  if (result >= 0) return result;
  errno = static_cast<int>(-result);
  return -1;
}

}  // namespace

task<ssize_t> splice_pages(int from, off_t* from_offset, int to,
                           off_t* to_offset, size_t length, unsigned flags) {
  if (length == 0) co_return 0;
  const kept_errno at_start;
  const core::signal_scope scope(core::by_signal::unless_restarted);
  co_await core::yield_wait();  // so that others run, and a kill comes through
  splicing call(from, to, flags);
  if (call.is_at_once(from_offset, to_offset)) {
    co_return ::splice(from, from_offset, to, to_offset, length, flags);
  }
  const auto from_at = position(from_offset), to_at = position(to_offset);
  if (!from_at || !to_at) co_return posix(-EFAULT);
  size_t done = 0;
  ssize_t moved = 0;
  for (bool tried = false;; tried = moved == -EAGAIN) {
    if (done != 0 && interrupted()) break;  // kept for the next await
    if (tried || call.may_block()) {
      const int error = co_await call.ready(tried, done != 0);
      if (error != 0) moved = -error;
      if (error != 0) break;
    }
    moved = co_await call.step(*from_at, *to_at, hub::limited(length - done),
                               done != 0);
    if (moved == -EAGAIN) continue;
    if (moved <= 0) break;
    done += static_cast<size_t>(moved);
    if (!call.in_pieces() || done == length || !call.has_more()) break;
  }
  if (done == 0) co_return at_start(posix(moved));
  const bool told =
      (!call.source_has_positions() || move_on(from_offset, *from_at, done)) &&
      (!call.target_has_positions() || move_on(to_offset, *to_at, done));
  co_return told ? at_start(static_cast<ssize_t>(done)) : posix(-EFAULT);
}

task<ssize_t> send_pages(int from, off_t start, int to, size_t length,
                         size_t& done) {
  const core::signal_scope scope(core::by_signal::unless_restarted);
  splicing call(from, to, 0);
  ssize_t moved = 0;
  while (done < length) {
    if (done != 0 && interrupted()) break;  // kept for the next await
    const int error = co_await call.ready(moved == -EAGAIN, done != 0);
    if (error != 0) co_return -error;
    moved = co_await call.send(start + static_cast<off_t>(done), length - done,
                               done != 0);
    if (moved == -EAGAIN) continue;
    if (moved <= 0) break;
    done += static_cast<size_t>(moved);
  }
  co_return moved;
}

task<ssize_t> tee_pages(int from, int to, size_t length, unsigned flags) {
  const kept_errno at_start;
  const core::signal_scope scope(core::by_signal::unless_restarted);
  co_await core::yield_wait();
  splicing call(from, to, flags);
  if (length == 0 || call.is_at_once(nullptr, nullptr)) {
    co_return ::tee(from, to, length, flags);
  }
  for (;;) {
    const ssize_t copied = call.copy(length);
    if (copied != -EAGAIN) co_return at_start(posix(copied));
    const int error = co_await call.ready(true, false);
    if (error != 0) co_return posix(-error);
  }
}

// The original waits once, before it moves anything.
task<ssize_t> vmsplice_pages(int fd, const iovec* parts, size_t count,
                             unsigned flags) {
  co_await core::yield_wait();
  const splice_end end(fd);
  const bool patient = end.is_pipe() && !end.nonblocking() &&
                       (flags & ~known_flags) == 0 &&
                       (flags & SPLICE_F_NONBLOCK) == 0;
  if (!patient) co_return ::vmsplice(fd, parts, count, flags);
  hub::descriptor_guard guard(fd);
  for (;;) {
    if (guard.closed()) co_return posix(-EBADF);
    const ssize_t moved =
        ::vmsplice(fd, parts, count, flags | SPLICE_F_NONBLOCK);
    if (moved >= 0 || errno != EAGAIN) co_return moved;
    pollfd pipe{fd, static_cast<short>(end.writes() ? POLLOUT : POLLIN), 0};
    hub::poll_wait wait(&pipe, 1, core::deadline::never(), false);
    const hub::descriptor_guard::step step(guard, wait);
    co_await wait;
  }
}

}  // namespace green
