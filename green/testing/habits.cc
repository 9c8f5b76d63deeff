// SPDX-License-Identifier: MIT
#include "green/testing/habits.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <cerrno>

#include "green/hub/descriptor_facts.h"
#include "green/hub/opcodes.h"

namespace green::testing {

using hub::family;
using hub::memory;
using hub::opcode;
using hub::opcode_of;

// A file may end a read early, but not a write.
bool moves_parts(const io_uring_sqe& sqe) {
  switch (hub::type_of(sqe.fd)) {
    case S_IFIFO:
      return true;
    case S_IFSOCK:
      return hub::socket_option(sqe.fd, SO_TYPE) == SOCK_STREAM;
    case S_IFREG:
      return opcode_of(sqe).steps == family::read;
    default:
      return false;
  }
}

bool transfers(const io_uring_sqe& sqe) {
  const opcode& known = opcode_of(sqe);
  return known.bytes == memory::buffer &&
         (known.has(opcode::moves_file) || (sqe.msg_flags & MSG_WAITALL) == 0);
}

bool receives(const io_uring_sqe& sqe) {
  const opcode& known = opcode_of(sqe);
  return known.bytes == memory::buffer && !known.has(opcode::sends_all);
}

// Without MSG_DONTWAIT, of what keeps the ends of what is sent.
bool sends_record(const io_uring_sqe& sqe) {
  const bool sends = opcode_of(sqe).steps == family::send;
  return sends && (sqe.msg_flags & MSG_DONTWAIT) == 0 &&
         hub::socket_option(sqe.fd, SO_TYPE) != SOCK_STREAM;
}

bool receives_all(const io_uring_sqe& sqe) {
  const opcode& known = opcode_of(sqe);
  return known.steps == family::receive && known.bytes == memory::buffer &&
         (sqe.msg_flags & MSG_WAITALL) != 0 &&
         (sqe.msg_flags & MSG_DONTWAIT) == 0;
}

// In vain so far: nothing is there to be received or accepted.
bool waits_for_peer(const io_uring_sqe& sqe) {
  const opcode& known = opcode_of(sqe);
  if (!known.has(opcode::may_wait) || known.has(opcode::sends_all))
    return false;
  if (known.steps == family::connect) return false;
  pollfd one{sqe.fd, POLLIN, 0};
  return ::poll(&one, 1, 0) == 0;
}

// A kernel interrupts and asks for patience as it likes.
std::int32_t habit(const io_uring_sqe& sqe, luck& chances) {
  const family steps = opcode_of(sqe).steps;
  const bool connects = steps == family::accept || steps == family::connect;
  if ((transfers(sqe) || connects) && chances.one_in(24)) return -EINTR;
  const bool sends =
      steps == family::send && opcode_of(sqe).bytes == memory::buffer;
  const bool tries = sends && (sqe.msg_flags & MSG_DONTWAIT) != 0;
  return tries && chances.one_in(24) ? -EAGAIN : 0;
}

bool at_position_of_file(const io_uring_sqe& sqe) {
  const opcode& known = opcode_of(sqe);
  return known.has(opcode::moves_file) && known.bytes == memory::buffer &&
         sqe.off == hub::at_file_position && hub::type_of(sqe.fd) == S_IFREG;
}

}  // namespace green::testing
