// SPDX-License-Identifier: MIT
#include "green/hub/answers.h"

#include <liburing.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <cerrno>
#include <cstdint>

#include "green/hub/descriptor_facts.h"
#include "green/hub/named_call.h"
#include "green/hub/opcodes.h"

namespace green::hub {

namespace {

bool is_file(int fd) {
  const std::uint32_t type = type_of(fd);
  return type == S_IFREG || type == S_IFDIR || type == S_IFBLK;
}

}  // namespace

bool has_children() noexcept {
  const int before = errno;
  siginfo_t any;
  const bool some = ::waitid(P_ALL, 0, &any, WEXITED | WNOHANG | WNOWAIT) == 0;
  errno = before;
  return some;
}

bool ends_by_itself(const entry& what) noexcept {
  const io_uring_sqe& sqe = *what.sqe();
  const opcode& known = opcode_of(sqe);
  switch (known.steps) {
    case family::poll:
    case family::timer:
    case family::cancel:
    case family::splice:
      return false;
    default:
      break;
  }
  // Such a call may be flock(2), which waits for another.
  if (sqe.opcode == named_call_opcode) return false;
  if (known.has(opcode::ends_by_signal)) return false;  // waitid
  if (!known.has(opcode::may_wait)) return true;
  return known.has(opcode::moves_file) && is_file(sqe.fd);
}

}  // namespace green::hub
