// SPDX-License-Identifier: MIT
#include "green/hub/socket_timeout.h"

#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>

#include <cerrno>

#include "green/hub/opcodes.h"

namespace green::hub {

int set_socket_option(int fd, int level, int option, const void* value,
                      socklen_t length) noexcept {
  const long result =
      ::syscall(SYS_setsockopt, fd, level, option, value, length);
  if (result != 0) return -1;
  if (level == SOL_SOCKET) {
    if (option == SO_RCVTIMEO || option == SO_SNDTIMEO) {
      socket_timeouts_in_use.store(true, std::memory_order_relaxed);
    } else if (option == SO_RCVLOWAT) {
      socket_low_waters_in_use.store(true, std::memory_order_relaxed);
    }
  }
  return 0;
}

core::deadline socket_deadline(int fd, int option) noexcept {
  if (!socket_timeouts_in_use.load(std::memory_order_relaxed)) {
    return core::deadline::never();
  }
  timeval length{};
  socklen_t size = sizeof length;
  const int before = errno;
  const bool known = ::getsockopt(fd, SOL_SOCKET, option, &length, &size) == 0;
  errno = before;
  if (!known || (length.tv_sec == 0 && length.tv_usec == 0)) {
    return core::deadline::never();
  }
  return core::duration_of({length.tv_sec, length.tv_usec * 1000});
}

core::deadline socket_deadline(const io_uring_sqe& sqe) noexcept {
  const int option = opcode_of(sqe).time_limit;
  return option == 0 ? core::deadline::never()
                     : socket_deadline(sqe.fd, option);
}

int error_of_timeout(const io_uring_sqe& sqe) noexcept {
  if (opcode_of(sqe).steps != family::connect) return EAGAIN;
  const auto* const to = reinterpret_cast<const sockaddr*>(sqe.addr);
  return to->sa_family == AF_UNIX ? EAGAIN : EINPROGRESS;
}

}  // namespace green::hub

// Takes the place of the C library's function, which only makes the system
// call. So a call without green:: is seen, too.
extern "C" int setsockopt(int fd, int level, int option, const void* value,
                          socklen_t length) noexcept {
  return green::hub::set_socket_option(fd, level, option, value, length);
}
