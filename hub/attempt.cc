// SPDX-License-Identifier: MIT
#include "green/hub/attempt.h"

#include <liburing.h>
#include <poll.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <new>

#include "green/hub/perform.h"

namespace green::hub {

namespace {

step done(std::int32_t result) { return {step::kind::done, result}; }
step wait_for(std::int32_t events) { return {step::kind::wait, events}; }

template <class T>
T* pointer(std::uint64_t address) {
  return reinterpret_cast<T*>(address);
}

std::uint64_t address(const void* p) {
  return reinterpret_cast<std::uint64_t>(p);
}

bool sends(const io_uring_sqe& sqe) {
  return sqe.opcode == IORING_OP_SEND || sqe.opcode == IORING_OP_SENDMSG;
}

bool has_message(const io_uring_sqe& sqe) {
  return sqe.opcode == IORING_OP_RECVMSG || sqe.opcode == IORING_OP_SENDMSG;
}

bool has_parts(const io_uring_sqe& sqe) {
  return sqe.opcode == IORING_OP_READV || sqe.opcode == IORING_OP_WRITEV;
}

int option(int fd, int name) {
  int value = 0;
  socklen_t size = sizeof value;
  return ::getsockopt(fd, SOL_SOCKET, name, &value, &size) == 0 ? value
                                                                : -errno;
}

bool is_stream(int fd) {
  const int type = option(fd, SO_TYPE);
  return type == SOCK_STREAM || type == SOCK_SEQPACKET;
}

std::uint32_t type_of(int fd) {
  struct stat status;
  return ::fstat(fd, &status) == 0 ? status.st_mode & S_IFMT : 0;
}

bool ready_now(int fd, short events) {
  pollfd one{fd, events, 0};
  return ::poll(&one, 1, 0) > 0;
}

std::size_t length_of(const io_uring_sqe& sqe) {
  if (!has_parts(sqe)) return sqe.len;
  std::size_t sum = 0;
  for (unsigned i = 0; i < sqe.len; ++i) {
    sum += pointer<const iovec>(sqe.addr)[i].iov_len;
  }
  return sum;
}

// An eventfd that is ready takes 1, but perhaps no more. What it is given may
// be no memory at all, which is for the kernel to say.
bool is_one(const io_uring_sqe& sqe) {
  std::uint64_t number = 0;
  if (has_parts(sqe) || sqe.len != sizeof number) return false;
  const iovec here{&number, sizeof number};
  const iovec given{pointer<void>(sqe.addr), sizeof number};
  return ::process_vm_readv(::getpid(), &here, 1, &given, 1, 0) ==
             sizeof number &&
         number == 1;
}

// As read, write and the like do, but at once or not at all. Sockets know
// RWF_NOWAIT since Linux 6.4 only.
ssize_t transfer_without_waiting(const io_uring_sqe& sqe, bool reads) {
  iovec single{pointer<void>(sqe.addr), sqe.len};
  iovec* const parts = has_parts(sqe) ? pointer<iovec>(sqe.addr) : &single;
  const std::size_t count = has_parts(sqe) ? sqe.len : 1;
  const auto offset = static_cast<off_t>(sqe.off);
  const ssize_t result =
      reads ? ::preadv2(sqe.fd, parts, static_cast<int>(count), offset,
                        RWF_NOWAIT)
            : ::pwritev2(sqe.fd, parts, static_cast<int>(count), offset,
                         RWF_NOWAIT);
  if (result >= 0 || errno != EOPNOTSUPP) return result;
  if (type_of(sqe.fd) != S_IFSOCK) {
    errno = EOPNOTSUPP;
    return -1;
  }
  if (reads && length_of(sqe) == 0) return 0;
  msghdr message{};
  message.msg_iov = parts;
  message.msg_iovlen = count;
  return reads ? ::recvmsg(sqe.fd, &message, MSG_DONTWAIT)
               : ::sendmsg(sqe.fd, &message, MSG_DONTWAIT);
}

}  // namespace

step attempt::next() {
  const io_uring_sqe& sqe = *entry_.sqe();
  switch (sqe.opcode) {
    case IORING_OP_NOP:
      return done(0);
    case IORING_OP_RECV:
    case IORING_OP_RECVMSG:
    case IORING_OP_SEND:
    case IORING_OP_SENDMSG:
      return receive_or_send();
    case IORING_OP_READ:
    case IORING_OP_READV:
    case IORING_OP_WRITE:
    case IORING_OP_WRITEV:
      return read_or_write();
    case IORING_OP_ACCEPT:
      return accept();
    case IORING_OP_CONNECT:
      return connect();
    default:
      return {step::kind::help};
  }
}

step attempt::receive_or_send() {
  io_uring_sqe& sqe = *entry_.sqe();
  const unsigned flags = sqe.msg_flags;
  sqe.msg_flags |= MSG_DONTWAIT;
  const std::int32_t result = perform(entry_);
  sqe.msg_flags = flags;
  if (result == -EINTR) return next();
  const bool never_waits = (flags & (MSG_DONTWAIT | MSG_ERRQUEUE)) != 0;
  if (result == -EAGAIN && !never_waits) {
    if (sends(sqe)) return wait_for(POLLOUT);
    return wait_for((flags & MSG_OOB) != 0 ? POLLPRI : POLLIN);
  }
  const bool all = (flags & MSG_WAITALL) != 0 && !never_waits && result > 0 &&
                   is_stream(sqe.fd);
  return transferred(result, all);
}

// What came is kept; goes on while there is more to come.
step attempt::transferred(std::int32_t result, bool to_the_end) {
  if (result <= 0) return done(ended(result));
  io_uring_sqe& sqe = *entry_.sqe();
  std::size_t wanted = length_of(sqe);
  if (has_message(sqe)) {
    const msghdr& message = *pointer<const msghdr>(sqe.addr);
    wanted = 0;
    for (std::size_t i = 0; i < message.msg_iovlen; ++i) {
      wanted += message.msg_iov[i].iov_len;
    }
  }
  total_ += result;
  if (!to_the_end || static_cast<std::size_t>(result) >= wanted) {
    return done(total_);
  }
  try {
    skip(static_cast<std::size_t>(result));
  } catch (const std::bad_alloc&) {
    return done(total_);
  }
  return next();
}

void attempt::skip(std::size_t bytes) {
  io_uring_sqe& sqe = *entry_.sqe();
  const bool message = has_message(sqe);
  if (!message && !has_parts(sqe)) {
    sqe.addr += bytes;
    sqe.len -= static_cast<unsigned>(bytes);
  } else {
    if (parts_.empty()) {
      const auto* const given = pointer<const msghdr>(sqe.addr);
      const iovec* const first =
          message ? given->msg_iov : pointer<const iovec>(sqe.addr);
      parts_.assign(first, first + (message ? given->msg_iovlen : sqe.len));
    }
    std::size_t left = bytes;
    auto part = parts_.begin();
    while (left != 0 && left >= part->iov_len) left -= part++->iov_len;
    parts_.erase(parts_.begin(), part);
    if (left != 0) {
      parts_[0].iov_base = static_cast<char*>(parts_[0].iov_base) + left;
      parts_[0].iov_len -= left;
    }
    message_.msg_iov = parts_.data();
    message_.msg_iovlen = parts_.size();
    sqe.addr = message ? address(&message_) : address(parts_.data());
    if (!message) sqe.len = static_cast<unsigned>(parts_.size());
  }
  constexpr auto at_file_position = static_cast<std::uint64_t>(-1);
  const bool of_file = sqe.opcode != IORING_OP_RECV && !message;
  if (of_file && sqe.off != at_file_position) sqe.off += bytes;
}

step attempt::read_or_write() {
  const io_uring_sqe& sqe = *entry_.sqe();
  const bool reads =
      sqe.opcode == IORING_OP_READ || sqe.opcode == IORING_OP_READV;
  if ((sqe.flags & IOSQE_ASYNC) != 0) return {step::kind::help};
  const ssize_t result = transfer_without_waiting(sqe, reads);
  if (result >= 0) {
    // Of a file, what is at hand may be less than what there is.
    const bool partial = static_cast<std::size_t>(result) < length_of(sqe);
    const bool rest = partial && result != 0 && type_of(sqe.fd) == S_IFREG;
    return transferred(static_cast<std::int32_t>(result), rest);
  }
  if (errno == EINTR) return next();
  if (errno == EOPNOTSUPP) return without_nowait(reads, type_of(sqe.fd));
  if (errno != EAGAIN) return done(ended(-errno));
  const std::uint32_t type = type_of(sqe.fd);
  if (type == S_IFREG || type == S_IFDIR || type == S_IFBLK) {
    return {step::kind::help};
  }
  return wait_for(reads ? POLLIN : POLLOUT);
}

// The file knows no RWF_NOWAIT.
step attempt::without_nowait(bool reads, std::uint32_t file_type) {
  const io_uring_sqe& sqe = *entry_.sqe();
  const auto events = static_cast<short>(reads ? POLLIN : POLLOUT);
  switch (file_type) {
    case S_IFREG:
    case S_IFDIR:
    case S_IFBLK:
      return {step::kind::help};
    case S_IFIFO:
    case S_IFCHR:
      if (ready_) return {step::kind::patience};
      ready_ = true;
      return wait_for(events);
    default:  // a signalfd is to be read by the thread itself
      if (!ready_now(sqe.fd, events)) return wait_for(events);
      if (!reads && !is_one(sqe)) return {step::kind::patience};
      return done(perform(entry_));
  }
}

// Another process may take the connection that made it ready.
step attempt::accept() const {
  const int fd = entry_.sqe()->fd;
  constexpr unsigned known_flags = SOCK_CLOEXEC | SOCK_NONBLOCK;
  const bool refused = (entry_.sqe()->accept_flags & ~known_flags) != 0;
  if (refused || option(fd, SO_ACCEPTCONN) != 1) return done(perform(entry_));
  if (!ready_now(fd, POLLIN)) return wait_for(POLLIN);
  return {step::kind::patience};
}

step attempt::connect() {
  const int fd = entry_.sqe()->fd;
  if (helped_) {
    // The set may tell of another file that had the number before.
    if (!ready_now(fd, POLLOUT)) return wait_for(POLLOUT);
    return done(-std::abs(option(fd, SO_ERROR)));
  }
  const int type = option(fd, SO_TYPE);
  if (type != SOCK_STREAM && type != SOCK_SEQPACKET) {
    return done(perform(entry_));
  }
  return {step::kind::patience};
}

step attempt::helped(std::int32_t result) {
  const io_uring_sqe& sqe = *entry_.sqe();
  helped_ = true;
  switch (sqe.opcode) {
    case IORING_OP_CONNECT:
      return result == -EINPROGRESS || result == -EALREADY ? wait_for(POLLOUT)
                                                           : done(result);
    case IORING_OP_READ:
    case IORING_OP_READV:
    case IORING_OP_WRITE:
    case IORING_OP_WRITEV:
      return transferred(result, false);
    default:
      return done(result);
  }
}

}  // namespace green::hub
