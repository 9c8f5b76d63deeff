// SPDX-License-Identifier: MIT
#include "green/hub/attempt.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <liburing.h>
#include <linux/openat2.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <mutex>
#include <new>
#include <optional>
#include <utility>

#include "green/hub/descriptor_facts.h"
#include "green/hub/nonblocking_scope.h"
#include "green/hub/opcodes.h"
#include "green/hub/own_listeners.h"
#include "green/hub/user_memory.h"

namespace green::hub {

namespace {

// Sockets know RWF_NOWAIT since Linux 6.4 only.
std::int32_t transfer(const io_uring_sqe& sqe, bool reads) {
  const std::int32_t result = transfer_without_waiting(sqe);
  if (result != -EOPNOTSUPP || type_of(sqe.fd) != S_IFSOCK) return result;
  if (reads && length_of(sqe) == 0) return 0;
  iovec single{pointer<void>(sqe.addr), sqe.len};
  msghdr message{};
  message.msg_iov = has_parts(sqe) ? pointer<iovec>(sqe.addr) : &single;
  message.msg_iovlen = has_parts(sqe) ? sqe.len : 1;
  return raw_result(reads ? ::recvmsg(sqe.fd, &message, MSG_DONTWAIT)
                          : ::sendmsg(sqe.fd, &message, MSG_DONTWAIT));
}

constexpr std::uint64_t no_number = ~std::uint64_t{0};

bool accepts(int fd) { return socket_option(fd, SO_ACCEPTCONN) == 1; }

// The first part. Empty: the address of the parts is no memory.
iovec first_part(const io_uring_sqe& sqe) {
  if (!has_parts(sqe)) return {pointer<void>(sqe.addr), sqe.len};
  iovec first{};
  (void)read_user(&first, pointer<iovec>(sqe.addr), sizeof first);
  return first;
}

// The number that a write gives to an eventfd. An eventfd refuses no_number,
// and a part that is too short or no memory.
std::uint64_t number_of(const iovec& first) {
  std::uint64_t number = no_number;
  const bool there = first.iov_len >= sizeof number &&
                     read_user(&number, first.iov_base, sizeof number);
  return there ? number : no_number;
}

// Has an eventfd room for a number? An eventfd that is writable has room for 1.
// Another file has room for any number.
bool has_room(int fd, std::uint64_t number) {
  if (number == 1) return true;
  char name[40] = {}, text[256] = {};
  fmt::format_to_n(name, sizeof name - 1, "/proc/self/fdinfo/{}", fd);
  const int info = ::open(name, O_RDONLY | O_CLOEXEC);
  if (info < 0) return true;
  (void)!::read(info, text, sizeof text - 1);
  ::close(info);
  const char* const count = std::strstr(text, "eventfd-count:");
  if (count == nullptr) return true;
  const std::uint64_t there =
      std::strtoull(count + std::strlen("eventfd-count:"), nullptr, 16);
  return number < no_number - there;
}

// A pipe of packets keeps each write apart. An offset is an error of a pipe's.
bool is_of_stream(const io_uring_sqe& sqe) {
  const int flags = ::fcntl(sqe.fd, F_GETFL);
  return sqe.off == at_file_position && sqe.rw_flags == 0 &&
         (flags & O_DIRECT) == 0;
}

// The plain system call, on another descriptor of the file.
std::int32_t transfer_on(int fd, const io_uring_sqe& sqe, bool reads) {
  if (!has_parts(sqe)) {
    void* const bytes = pointer<void>(sqe.addr);
    return raw_result(reads ? ::read(fd, bytes, sqe.len)
                            : ::write(fd, bytes, sqe.len));
  }
  const auto* const parts = pointer<const iovec>(sqe.addr);
  const int count = static_cast<int>(sqe.len);
  return raw_result(reads ? ::readv(fd, parts, count)
                          : ::writev(fd, parts, count));
}

}  // namespace

attempt::attempt(const entry& what) noexcept : entry_(what) {}

int attempt::descriptor() const noexcept {
  return on_watch_ ? watch_ : entry_.sqe()->fd;
}

void attempt::close_watch() noexcept {
  if (watch_ >= 0) ::close(std::exchange(watch_, -1));
}

step attempt::next() {
  const io_uring_sqe& sqe = *entry_.sqe();
  on_watch_ = false;
  const bool first = !std::exchange(begun_, true);
  const std::size_t done_before = first ? entry_.done_before() : 0;
  if (done_before != 0 && !skip(done_before)) return done(-ENOMEM);
  switch (opcode_of(sqe).steps) {
    case family::nothing:
      return done(0);
    case family::receive:
      return receive();
    case family::send:
      return send();
    case family::read:
    case family::write:
      return read_or_write();
    case family::accept:
      return accept();
    case family::connect:
      return connect();
    case family::splice:  // a peer may keep it waiting, unless one is a file
      if (type_of(sqe.splice_fd_in) != S_IFREG && type_of(sqe.fd) != S_IFREG) {
        return {step::kind::patience};
      }
      return {step::kind::help};
    case family::open:
      return open();
    default:
      return {step::kind::help};
  }
}

// Opens what the kernel finds without a disk, as rings do first. A device must
// not wait meanwhile.
step attempt::open() const {
  const io_uring_sqe& sqe = *entry_.sqe();
  constexpr unsigned changes = O_CREAT | O_TRUNC | (O_TMPFILE & ~O_DIRECTORY);
  if ((sqe.open_flags & changes) != 0) return {step::kind::help};
  const bool waits = (sqe.open_flags & (O_NONBLOCK | O_PATH)) == 0;
  open_how how{};
  how.flags = sqe.open_flags | (waits ? O_NONBLOCK : 0);
  how.resolve = RESOLVE_CACHED;
  const auto fd = static_cast<int>(::syscall(
      SYS_openat2, sqe.fd, pointer<const char>(sqe.addr), &how, sizeof how));
  if (fd < 0 && errno == ENOENT) return done(-ENOENT);
  if (fd < 0) return {step::kind::help};
  if (waits) ::fcntl(fd, F_SETFL, static_cast<int>(sqe.open_flags));
  return done(fd);
}

// Adds the bytes of a step. If `to_the_end`, goes on with the rest.
step attempt::transferred(std::int32_t result, bool to_the_end) {
  if (result <= 0) return done(ended(result));
  const std::size_t wanted = length_of(*entry_.sqe());
  total_ += result;
  const auto bytes = static_cast<std::size_t>(result);
  if (!to_the_end || bytes >= wanted || !skip(bytes)) return done(total_);
  return next();
}

// False: there is no memory.
bool attempt::skip(std::size_t bytes) {
  try {
    rest_.skip(*entry_.sqe(), bytes);
    return true;
  } catch (const std::bad_alloc&) {
    return false;
  }
}

// At its own position, which others may share, a file is read or written by one
// system call: only that takes the position's lock.
step attempt::read_or_write() {
  const io_uring_sqe& sqe = *entry_.sqe();
  const bool reads = opcode_of(sqe).steps == family::read;
  if ((sqe.flags & IOSQE_ASYNC) != 0) return {step::kind::help};
  if (entry_.in_steps()) {
    const std::uint32_t type = type_of(sqe.fd);
    if (locks_position(type)) return {step::kind::help};
    if (sqe.len == 0) return move_nothing();
    if (reads && type == S_IFSOCK) return receive();
    if (!reads && type == S_IFCHR) return transfer_reopened(false);
  }
  const std::int32_t result = transfer(sqe, reads);
  if (result >= 0) {
    // A read of a file without waiting ends where its cached pages end.
    const bool partial = static_cast<std::size_t>(result) < length_of(sqe);
    const bool goes_on = !reads && entry_.in_steps();
    const bool rest =
        partial && result != 0 && (goes_on || type_of(sqe.fd) == S_IFREG);
    return transferred(result, rest);
  }
  if (result == -EINTR) return next();
  if (result == -EOPNOTSUPP) return without_nowait(reads, type_of(sqe.fd));
  if (result != -EAGAIN) return done(ended(result));
  if (locks_position(type_of(sqe.fd))) return {step::kind::help};
  return wait_for(reads ? POLLIN : POLLOUT);
}

// A terminal knows no RWF_NOWAIT, and a pipe knows it since Linux 6.4. Though
// it is writable, a write of more bytes than it has room for waits. Though it
// is readable, another reader may be faster. So a file description with
// O_NONBLOCK is opened.
step attempt::transfer_reopened(bool reads) {
  const io_uring_sqe& sqe = *entry_.sqe();
  if (watch_ < 0) {
    char name[40] = {};
    fmt::format_to_n(name, sizeof name - 1, "/proc/self/fd/{}", sqe.fd);
    watch_ = ::open(name, (reads ? O_RDONLY : O_WRONLY) | O_NONBLOCK |
                              O_NOCTTY | O_CLOEXEC);
    if (watch_ < 0) return {step::kind::patience};
  }
  const std::int32_t result = transfer_on(watch_, sqe, reads);
  if (result >= 0) return transferred(result, !reads);
  if (result == -EINTR) return next();
  if (result == -EAGAIN) return wait_on_watch(reads ? POLLIN : POLLOUT);
  return done(ended(result));
}

// A call of no bytes seldom waits, but has errors of its own. Only a terminal
// and an inotify queue may wait.
step attempt::move_nothing() {
  const io_uring_sqe& sqe = *entry_.sqe();
  const bool writes_buffer =
      opcode_of(sqe).steps == family::write && !has_parts(sqe);
  switch (type_of(sqe.fd)) {
    case S_IFIFO:
      return done(perform(entry_));
    case S_IFSOCK:
      if (!writes_buffer) return done(perform(entry_));
      if (::send(sqe.fd, nullptr, 0, MSG_DONTWAIT) == 0) return done(0);
      return errno == EAGAIN ? wait_for_room() : done(-errno);
    default:
      return {step::kind::patience};
  }
}

// The file knows no RWF_NOWAIT.
step attempt::without_nowait(bool reads, std::uint32_t file_type) {
  const auto events = static_cast<short>(reads ? POLLIN : POLLOUT);
  if (locks_position(file_type)) return {step::kind::help};
  if (file_type == S_IFIFO && is_of_stream(*entry_.sqe())) {
    const step reopened = transfer_reopened(reads);
    if (reopened.what != step::kind::patience) return reopened;
  }  // a pipe of another user cannot be opened
  switch (file_type) {
    case S_IFIFO:
    case S_IFCHR:
      if (ready_) return {step::kind::patience};
      ready_ = true;
      return wait_for(events);
    default:  // a signalfd is to be read by the thread itself
      return reads ? read_odd() : write_odd();
  }
}

step attempt::read_odd() {
  if (!ready_now(entry_.sqe()->fd, POLLIN)) return wait_for(POLLIN);
  return done(perform(entry_));
}

// An eventfd takes 0 at any time. No event tells when it has room for a number
// greater than 1.
step attempt::write_odd() {
  const io_uring_sqe& sqe = *entry_.sqe();
  const iovec first = first_part(sqe);
  const std::uint64_t number = number_of(first);
  if (number == 0 || number == no_number) return done(perform(entry_));
  if (!ready_now(sqe.fd, POLLOUT)) {
    // Some kernels refuse what is too long, others wait with it.
    const bool too_long = first.iov_len > sizeof number;
    return too_long ? step{step::kind::patience} : wait_for(POLLOUT);
  }
  if (has_room(sqe.fd, number)) return done(perform(entry_));
  return nap() ? wait_on_watch(POLLIN) : done(-ENOMEM);
}

// Another process may take the connection that made the listener ready. So from
// a listener that it may share, a helper thread accepts.
step attempt::accept() {
  const int fd = entry_.sqe()->fd;
  constexpr unsigned known_flags = SOCK_CLOEXEC | SOCK_NONBLOCK;
  if ((entry_.sqe()->accept_flags & ~known_flags) != 0) {
    return done(perform(entry_));
  }
  if (ready_now(fd, POLLIN)) {
    const std::optional<std::int32_t> result = accept_from_own(entry_);
    if (result == -EINTR) return next();
    if (result == -EAGAIN) return wait_for(POLLIN);
    if (result) return done(*result);
    if (accepts(fd)) return {step::kind::patience};
  } else if (accepts(fd)) {
    return wait_for(POLLIN);
  }
  return done(perform(entry_));
}

std::int32_t attempt::without_waiting() {
  const std::lock_guard guard(nonblocking_mutex);
  const nonblocking_scope scope(entry_.sqe()->fd);
  return scope.error() != 0 ? -scope.error() : perform(entry_);
}

// Nobody else has a use for the socket before it is connected. So the socket
// may have O_NONBLOCK for a moment.
step attempt::connect() {
  const int fd = entry_.sqe()->fd;
  if (std::exchange(connecting_, false)) return connected();
  const int type = socket_option(fd, SO_TYPE);
  if (type != SOCK_STREAM && type != SOCK_SEQPACKET) {
    return done(perform(entry_));
  }
  const std::int32_t result = without_waiting();
  if (result == -EINPROGRESS || result == -EALREADY) {
    connecting_ = true;
    return wait_for(POLLOUT);
  }
  // The queue of a Unix listener is full, and no event tells of room there.
  if (result == -EAGAIN && socket_option(fd, SO_DOMAIN) == AF_UNIX) {
    return nap() ? wait_on_watch(POLLIN) : done(-ENOBUFS);
  }
  return done(result);
}

// The event may be of another file that had the number before.
step attempt::connected() {
  const int fd = entry_.sqe()->fd;
  if (ready_now(fd, POLLOUT)) {
    return done(-std::abs(socket_option(fd, SO_ERROR)));
  }
  connecting_ = true;
  return wait_for(POLLOUT);
}

step attempt::helped(std::int32_t result) {
  switch (opcode_of(*entry_.sqe()).steps) {
    case family::read:
    case family::write:
      return transferred(result, false);
    default:
      return done(result);
  }
}

}  // namespace green::hub
