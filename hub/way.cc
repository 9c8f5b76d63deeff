// SPDX-License-Identifier: MIT
#include "green/hub/way.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <atomic>
#include <cerrno>
#include <climits>
#include <cstddef>

#include "green/hub/descriptor_facts.h"
#include "green/hub/nonblocking_scope.h"
#include "green/hub/opcodes.h"
#include "green/hub/socket_timeout.h"
#include "green/hub/transfer.h"

namespace green::hub {

namespace {

constexpr auto dont_wait = static_cast<unsigned>(MSG_DONTWAIT);

// With these flags a ring makes several receives of one, or waits where the
// original does not.
constexpr unsigned not_by_ring = MSG_WAITALL | MSG_ERRQUEUE;

// The kernel's O_LARGEFILE, with which it opens every file that has a name; the
// C library calls it 0. On arm64 its bit and that of O_NOFOLLOW are exchanged.
constexpr int has_name = O_NOFOLLOW == 0100000 ? 0400000 : 0100000;

bool has_low_water(int fd) {
  return socket_low_waters_in_use.load(std::memory_order_relaxed) &&
         socket_option(fd, SO_RCVLOWAT) > 1;
}

// A socket; or an epoll set or an eventfd, which have no type, as type_of says.
bool socket_or_odd(int flags) {
  return (flags & has_name) == 0 && (flags & O_ACCMODE) == O_RDWR;
}

// If it is no descriptor, the plain call fails as the original does.
bool never_waits(int fd) {
  const int flags = flags_of(fd);
  return flags < 0 || (flags & (O_NONBLOCK | O_PATH)) != 0;
}

// A ring copies cached pages of a file in the hub's own time. 4 MiB take half a
// millisecond, so that IOSQE_ASYNC lets a worker thread of the kernel copy
// more.
bool is_much_of_a_file(const io_uring_sqe& sqe) {
  constexpr unsigned much = 4 << 20;
  return !has_parts(sqe) && sqe.len >= much && type_of(sqe.fd) == S_IFREG;
}

way way_at_file_position(const io_uring_sqe& sqe) {
  const int flags = flags_of(sqe.fd);
  const bool named = flags >= 0 && (flags & has_name) != 0;
  const std::uint32_t type = named ? type_of(sqe.fd) : 0;
  const bool locks = locks_position(type);
  if (!locks && (flags < 0 || (flags & O_NONBLOCK) != 0)) {
    return way::plain_call;
  }
  // A ring writes to a terminal in the hub's own time, which may wait.
  const bool writes = opcode_of(sqe).steps == family::write;
  const bool to_terminal = writes && type == S_IFCHR && is_terminal(sqe.fd);
  const bool odd = socket_or_odd(flags);
  if (locks || sqe.len == 0 || to_terminal || (odd && has_low_water(sqe.fd))) {
    return way::steps;
  }
  return odd || has_parts(sqe) ? way::nowait : way::ring;
}

way way_at_offset(io_uring_sqe& sqe) {
  if (is_much_of_a_file(sqe)) sqe.flags |= IOSQE_ASYNC;
  return sqe.len == 0 ? way::steps : way::ring;
}

}  // namespace

bool ring_can_wait(int fd) noexcept { return is_stream(fd); }

way way_of(entry& what) noexcept {
  io_uring_sqe& sqe = *what.sqe();
  const opcode& known = opcode_of(sqe);
  if (!known.has(opcode::may_wait)) return way::ring;
  if (known.has(opcode::moves_file)) {
    return sqe.off == at_file_position ? way_at_file_position(sqe)
                                       : way_at_offset(sqe);
  }
  const bool sends = known.steps == family::send;
  const bool receives = known.steps == family::receive;
  if ((sends || receives) && (sqe.msg_flags & dont_wait) != 0) {
    return way::plain_call;
  }
  // A send need not ask for O_NONBLOCK if the trial sends everything.
  if (sends && (sqe.msg_flags & MSG_FASTOPEN) == 0) {
    sqe.msg_flags |= dont_wait;
    return way::trial;
  }
  if (never_waits(sqe.fd)) return way::plain_call;
  const bool waits_for_more =
      receives && ((sqe.msg_flags & not_by_ring) != 0 || has_low_water(sqe.fd));
  return sends || waits_for_more ? way::steps : way::ring;
}

bool end_trial(entry& what) noexcept {
  io_uring_sqe& sqe = *what.sqe();
  if (is_nonblocking(sqe.fd)) return false;
  sqe.msg_flags &= ~dont_wait;
  return true;
}

// An epoll set, an eventfd and a signalfd have no type. A ring would wait for
// ever to read an epoll set, which cannot be read.
bool ring_moves_alike(int fd) noexcept { return type_of(fd) != 0; }

// The ring of Linux 6.1 says EINVAL where sendmsg(2) says EMSGSIZE. The message
// itself was readable, else it would be EFAULT.
std::int32_t as_system_call(const entry& what, std::int32_t result) noexcept {
  const io_uring_sqe& sqe = *what.sqe();
  const bool too_many_parts =
      result == -EINVAL && has_message(sqe) &&
      pointer<const msghdr>(sqe.addr)->msg_iovlen > IOV_MAX;
  return too_many_parts ? -EMSGSIZE : result;
}

}  // namespace green::hub
