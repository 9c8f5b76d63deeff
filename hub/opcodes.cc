// SPDX-License-Identifier: MIT
#include "green/hub/opcodes.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "green/hub/descriptor_facts.h"
#include "green/hub/ftruncate.h"
#include "green/hub/named_call.h"
#include "green/hub/waitid.h"

namespace green::hub {

namespace {

using enum opcode::trait;
using enum memory;
using sqe = const io_uring_sqe&;

bool at_position(sqe s) { return s.off == at_file_position; }
off_t offset(sqe s) { return static_cast<off_t>(s.off); }
int count(sqe s) { return static_cast<int>(s.len); }
int flags(sqe s) { return static_cast<int>(s.msg_flags); }
mode_t mode(sqe s) { return static_cast<mode_t>(s.len); }
void* data(sqe s) { return pointer<void>(s.addr); }
const iovec* iovecs(sqe s) { return pointer<const iovec>(s.addr); }
msghdr* header(sqe s) { return pointer<msghdr>(s.addr); }
void* value(sqe s) { return pointer<void>(s.off); }
const char* path(sqe s) { return pointer<const char>(s.addr); }

ssize_t splice_pages(sqe s) {
  constexpr auto none = static_cast<loff_t>(at_file_position);
  loff_t from = static_cast<loff_t>(s.splice_off_in);
  loff_t to = offset(s);
  return ::splice(s.splice_fd_in, from == none ? nullptr : &from, s.fd,
                  to == none ? nullptr : &to, s.len, s.splice_flags);
}

// Each row: the opcode, its name, its plain system call; then the steps, the
// memory, the time limit's option, the traits and the name at an offset.
constexpr opcode rows[] = {
    {IORING_OP_RECV, "recv",
     [](sqe s) { return ::recv(s.fd, data(s), s.len, flags(s)); },
     family::receive, buffer, SO_RCVTIMEO, may_wait},
    {IORING_OP_RECVMSG, "recvmsg",
     [](sqe s) { return ::recvmsg(s.fd, header(s), flags(s)); },
     family::receive, message, SO_RCVTIMEO, may_wait},
    {IORING_OP_SEND, "send",
     [](sqe s) {
       return ::send(s.fd, data(s), s.len, flags(s) | MSG_NOSIGNAL);
     },
     family::send, buffer, SO_SNDTIMEO, may_wait | sends_all},
    {IORING_OP_SENDMSG, "sendmsg",
     [](sqe s) { return ::sendmsg(s.fd, header(s), flags(s) | MSG_NOSIGNAL); },
     family::send, message, SO_SNDTIMEO, may_wait | sends_all},
    {IORING_OP_READ, "read",
     [](sqe s) {
       return at_position(s) ? ::read(s.fd, data(s), s.len)
                             : ::pread(s.fd, data(s), s.len, offset(s));
     },
     family::read, buffer, SO_RCVTIMEO, may_wait | moves_file, "pread"},
    {IORING_OP_READV, "readv",
     [](sqe s) {
       return at_position(s) ? ::readv(s.fd, iovecs(s), count(s))
                             : ::preadv(s.fd, iovecs(s), count(s), offset(s));
     },
     family::read, parts, SO_RCVTIMEO, may_wait | moves_file, "preadv"},
    {IORING_OP_WRITE, "write",
     [](sqe s) {
       return at_position(s) ? ::write(s.fd, data(s), s.len)
                             : ::pwrite(s.fd, data(s), s.len, offset(s));
     },
     family::write, buffer, SO_SNDTIMEO, may_wait | sends_all | moves_file,
     "pwrite"},
    {IORING_OP_WRITEV, "writev",
     [](sqe s) {
       return at_position(s) ? ::writev(s.fd, iovecs(s), count(s))
                             : ::pwritev(s.fd, iovecs(s), count(s), offset(s));
     },
     family::write, parts, SO_SNDTIMEO, may_wait | sends_all | moves_file,
     "pwritev"},
    {IORING_OP_ACCEPT, "accept",
     [](sqe s) -> ssize_t {
       return ::accept4(s.fd, pointer<sockaddr>(s.addr),
                        pointer<socklen_t>(s.addr2),
                        static_cast<int>(s.accept_flags));
     },
     family::accept, none, SO_RCVTIMEO, may_wait},
    {IORING_OP_CONNECT, "connect",
     [](sqe s) -> ssize_t {
       return ::connect(s.fd, pointer<const sockaddr>(s.addr),
                        static_cast<socklen_t>(s.off));
     },
     family::connect, none, SO_SNDTIMEO, may_wait},
    {IORING_OP_FSYNC, "fsync",
     [](sqe s) -> ssize_t {
       return s.fsync_flags == IORING_FSYNC_DATASYNC ? ::fdatasync(s.fd)
                                                     : ::fsync(s.fd);
     }},
    {IORING_OP_FALLOCATE, "posix_fallocate",
     [](sqe s) -> ssize_t {
       return ::fallocate(s.fd, count(s), offset(s),
                          static_cast<off_t>(s.addr));
     }},
    {IORING_OP_OPENAT, "open",
     [](sqe s) -> ssize_t {
       return ::openat(s.fd, path(s), static_cast<int>(s.open_flags), mode(s));
     },
     family::open},
    {IORING_OP_STATX, "stat",
     [](sqe s) -> ssize_t {
       return ::statx(s.fd, path(s), static_cast<int>(s.statx_flags), s.len,
                      pointer<struct statx>(s.off));
     }},
    {IORING_OP_MKDIRAT, "mkdir",
     [](sqe s) -> ssize_t { return ::mkdirat(s.fd, path(s), mode(s)); }},
    {IORING_OP_UNLINKAT, "unlink",
     [](sqe s) -> ssize_t {
       return ::unlinkat(s.fd, path(s), static_cast<int>(s.unlink_flags));
     }},
    {IORING_OP_RENAMEAT, "rename",
     [](sqe s) -> ssize_t {
       return ::renameat2(s.fd, path(s), count(s), pointer<const char>(s.off),
                          s.rename_flags);
     }},
    {IORING_OP_LINKAT, "link",
     [](sqe s) -> ssize_t {
       return ::linkat(s.fd, path(s), count(s), pointer<const char>(s.off),
                       static_cast<int>(s.hardlink_flags));
     }},
    {IORING_OP_SYMLINKAT, "symlink",
     [](sqe s) -> ssize_t {
       return ::symlinkat(path(s), s.fd, pointer<const char>(s.off));
     }},
    {ftruncate_opcode, "ftruncate",
     [](sqe s) -> ssize_t { return ::ftruncate(s.fd, offset(s)); }},
    {IORING_OP_GETXATTR, "getxattr",
     [](sqe s) {
       return ::getxattr(pointer<const char>(s.addr3), path(s), value(s),
                         s.len);
     },
     family::call, none, 0, no_descriptor},
    {IORING_OP_FGETXATTR, "fgetxattr",
     [](sqe s) { return ::fgetxattr(s.fd, path(s), value(s), s.len); }},
    {IORING_OP_SETXATTR, "setxattr",
     [](sqe s) -> ssize_t {
       return ::setxattr(pointer<const char>(s.addr3), path(s), value(s), s.len,
                         static_cast<int>(s.xattr_flags));
     },
     family::call, none, 0, no_descriptor},
    {IORING_OP_FSETXATTR, "fsetxattr",
     [](sqe s) -> ssize_t {
       return ::fsetxattr(s.fd, path(s), value(s), s.len,
                          static_cast<int>(s.xattr_flags));
     }},
    {named_call_opcode, "system call", make_call},
    {IORING_OP_TEE, "tee",
     [](sqe s) { return ::tee(s.splice_fd_in, s.fd, s.len, s.splice_flags); }},
    {IORING_OP_SPLICE, "splice", splice_pages, family::splice},
    {IORING_OP_TIMEOUT, "clock_nanosleep", nullptr, family::timer},
    {IORING_OP_POLL_ADD, "poll", nullptr, family::poll},
    {IORING_OP_ASYNC_CANCEL, "cancel", nullptr, family::cancel},
    {IORING_OP_NOP, "nop", nullptr, family::nothing},
    {waitid_opcode, "waitid", nullptr, family::call, none, 0,
     no_descriptor | ends_by_signal},
};

constexpr std::array<opcode, 256> make_table() {
  std::array<opcode, 256> table{};
  for (const opcode& row : rows) table[row.number] = row;
  return table;
}

}  // namespace

constinit const std::array<opcode, 256> opcodes = make_table();

const char* name_of(const io_uring_sqe& sqe) noexcept {
  if (sqe.opcode == named_call_opcode) return call_of(sqe).name;
  const opcode& known = opcode_of(sqe);
  const bool told = known.name_at_offset != nullptr && !at_position(sqe);
  return told ? known.name_at_offset : known.name;
}

bool can_be_signalled(const io_uring_sqe& sqe) noexcept {
  const opcode& known = opcode_of(sqe);
  if (known.has(opcode::ends_by_signal)) return true;
  if (!known.has(opcode::may_wait)) return false;
  return !known.has(opcode::moves_file) || !locks_position(type_of(sqe.fd));
}

std::int32_t perform(const entry& what) noexcept {
  const io_uring_sqe& sqe = *what.sqe();
  auto* const call = opcode_of(sqe).call;
  return call == nullptr ? -EOPNOTSUPP : raw_result(call(sqe));
}

}  // namespace green::hub
