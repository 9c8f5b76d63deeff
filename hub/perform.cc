// SPDX-License-Identifier: MIT
#include "green/hub/perform.h"

#include <fcntl.h>
#include <liburing.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include <cerrno>

#include "green/hub/waitid.h"

namespace green::hub {

namespace {

constexpr auto at_file_position = static_cast<std::uint64_t>(-1);

template <class T>
T* pointer(std::uint64_t address) {
  return reinterpret_cast<T*>(address);
}

std::int32_t posix(ssize_t result) {
  return static_cast<std::int32_t>(result < 0 ? -errno : result);
}

// -1 stands for none.
std::int32_t move_pages(const io_uring_sqe& sqe) {
  loff_t from = static_cast<loff_t>(sqe.splice_off_in);
  loff_t to = static_cast<loff_t>(sqe.off);
  return posix(::splice(sqe.splice_fd_in, from == -1 ? nullptr : &from, sqe.fd,
                        to == -1 ? nullptr : &to, sqe.len, sqe.splice_flags));
}

// What works on names, and what the disk may keep waiting.
std::int32_t perform_on_file(const io_uring_sqe& sqe) {
  const char* const path = pointer<const char>(sqe.addr);
  switch (sqe.opcode) {
    case IORING_OP_FSYNC:
      return posix(sqe.fsync_flags == IORING_FSYNC_DATASYNC
                       ? ::fdatasync(sqe.fd)
                       : ::fsync(sqe.fd));
    case IORING_OP_FALLOCATE:
      return posix(::fallocate(sqe.fd, static_cast<int>(sqe.len),
                               static_cast<off_t>(sqe.off),
                               static_cast<off_t>(sqe.addr)));
    case IORING_OP_OPENAT:
      return posix(::openat(sqe.fd, path, static_cast<int>(sqe.open_flags),
                            static_cast<mode_t>(sqe.len)));
    case IORING_OP_STATX:
      return posix(::statx(sqe.fd, path, static_cast<int>(sqe.statx_flags),
                           sqe.len, pointer<struct statx>(sqe.off)));
    case IORING_OP_MKDIRAT:
      return posix(::mkdirat(sqe.fd, path, static_cast<mode_t>(sqe.len)));
    case IORING_OP_UNLINKAT:
      return posix(
          ::unlinkat(sqe.fd, path, static_cast<int>(sqe.unlink_flags)));
    case IORING_OP_RENAMEAT:
      return posix(::renameat2(sqe.fd, path, static_cast<int>(sqe.len),
                               pointer<const char>(sqe.off), sqe.rename_flags));
    case IORING_OP_SPLICE:
      return move_pages(sqe);
    case IORING_OP_TEE:
      return posix(::tee(sqe.splice_fd_in, sqe.fd, sqe.len, sqe.splice_flags));
    default:
      return -EOPNOTSUPP;
  }
}

}  // namespace

bool can_wait(const io_uring_sqe& sqe) noexcept {
  switch (sqe.opcode) {
    case IORING_OP_READ:
    case IORING_OP_READV:
    case IORING_OP_WRITE:
    case IORING_OP_WRITEV:
    case IORING_OP_ACCEPT:
    case IORING_OP_CONNECT:
      return true;
    case IORING_OP_RECV:
    case IORING_OP_SEND:
    case IORING_OP_RECVMSG:
    case IORING_OP_SENDMSG:
      return (sqe.msg_flags & MSG_DONTWAIT) == 0;
    default:
      return false;
  }
}

int descriptor_of(const io_uring_sqe& sqe) noexcept {
  return sqe.opcode == waitid_opcode ? -1 : sqe.fd;
}

std::int32_t perform(const entry& what) noexcept {
  const io_uring_sqe& sqe = *what.sqe();
  void* const data = pointer<void>(sqe.addr);
  const int flags = static_cast<int>(sqe.msg_flags);
  const iovec* const parts = pointer<const iovec>(sqe.addr);
  const int count = static_cast<int>(sqe.len);
  const off_t offset = static_cast<off_t>(sqe.off);
  switch (sqe.opcode) {
    case IORING_OP_READ:
      return posix(sqe.off == at_file_position
                       ? ::read(sqe.fd, data, sqe.len)
                       : ::pread(sqe.fd, data, sqe.len, offset));
    case IORING_OP_WRITE:
      return posix(sqe.off == at_file_position
                       ? ::write(sqe.fd, data, sqe.len)
                       : ::pwrite(sqe.fd, data, sqe.len, offset));
    case IORING_OP_READV:
      return posix(sqe.off == at_file_position
                       ? ::readv(sqe.fd, parts, count)
                       : ::preadv(sqe.fd, parts, count, offset));
    case IORING_OP_WRITEV:
      return posix(sqe.off == at_file_position
                       ? ::writev(sqe.fd, parts, count)
                       : ::pwritev(sqe.fd, parts, count, offset));
    case IORING_OP_RECV:
      return posix(::recv(sqe.fd, data, sqe.len, flags));
    case IORING_OP_SEND:
      return posix(::send(sqe.fd, data, sqe.len, flags | MSG_NOSIGNAL));
    case IORING_OP_RECVMSG:
      return posix(::recvmsg(sqe.fd, pointer<msghdr>(sqe.addr), flags));
    case IORING_OP_SENDMSG:
      return posix(
          ::sendmsg(sqe.fd, pointer<msghdr>(sqe.addr), flags | MSG_NOSIGNAL));
    case IORING_OP_ACCEPT:
      return posix(::accept4(sqe.fd, pointer<sockaddr>(sqe.addr),
                             pointer<socklen_t>(sqe.addr2),
                             static_cast<int>(sqe.accept_flags)));
    case IORING_OP_CONNECT:
      return posix(::connect(sqe.fd, pointer<const sockaddr>(sqe.addr),
                             static_cast<socklen_t>(sqe.off)));
    default:
      return perform_on_file(sqe);
  }
}

const char* name_of(const io_uring_sqe& sqe) noexcept {
  switch (sqe.opcode) {
    case IORING_OP_READ:
      return sqe.off == at_file_position ? "read" : "pread";
    case IORING_OP_WRITE:
      return sqe.off == at_file_position ? "write" : "pwrite";
    case IORING_OP_RECV:
      return "recv";
    case IORING_OP_SEND:
      return "send";
    case IORING_OP_RECVMSG:
      return "recvmsg";
    case IORING_OP_SENDMSG:
      return "sendmsg";
    case IORING_OP_ACCEPT:
      return "accept";
    case IORING_OP_CONNECT:
      return "connect";
    case IORING_OP_READV:
      return sqe.off == at_file_position ? "readv" : "preadv";
    case IORING_OP_WRITEV:
      return sqe.off == at_file_position ? "writev" : "pwritev";
    case IORING_OP_FSYNC:
      return "fsync";
    case IORING_OP_OPENAT:
      return "open";
    case IORING_OP_STATX:
      return "stat";
    case IORING_OP_MKDIRAT:
      return "mkdir";
    case IORING_OP_UNLINKAT:
      return "unlink";
    case IORING_OP_RENAMEAT:
      return "rename";
    case IORING_OP_FALLOCATE:
      return "posix_fallocate";
    case IORING_OP_SPLICE:
      return "splice";
    case IORING_OP_TEE:
      return "tee";
    case IORING_OP_TIMEOUT:
      return "clock_nanosleep";
    case waitid_opcode:
      return "waitid";
    default:
      return "operation";
  }
}

}  // namespace green::hub
