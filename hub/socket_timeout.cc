// SPDX-License-Identifier: MIT
#include "green/hub/socket_timeout.h"

#include <liburing.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <algorithm>
#include <cerrno>
#include <chrono>

namespace green::hub {

namespace {

// SO_RCVTIMEO, SO_SNDTIMEO, or 0 for a request that knows none.
int option_of(const io_uring_sqe& sqe) noexcept {
  switch (sqe.opcode) {
    case IORING_OP_RECV:
    case IORING_OP_RECVMSG:
    case IORING_OP_READ:
    case IORING_OP_READV:
    case IORING_OP_ACCEPT:
      return SO_RCVTIMEO;
    case IORING_OP_SEND:
    case IORING_OP_SENDMSG:
    case IORING_OP_WRITE:
    case IORING_OP_WRITEV:
    case IORING_OP_CONNECT:
      return SO_SNDTIMEO;
    default:
      return 0;
  }
}

}  // namespace

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
  // Limited to what fits into nanoseconds: 292 years.
  constexpr time_t longest = 9'000'000'000;
  return std::chrono::seconds(std::min(length.tv_sec, longest)) +
         std::chrono::microseconds(length.tv_usec);
}

core::deadline socket_deadline(const io_uring_sqe& sqe) noexcept {
  const int option = option_of(sqe);
  return option == 0 ? core::deadline::never()
                     : socket_deadline(sqe.fd, option);
}

int error_of_timeout(const io_uring_sqe& sqe) noexcept {
  if (sqe.opcode != IORING_OP_CONNECT) return EAGAIN;
  const auto* const to = reinterpret_cast<const sockaddr*>(sqe.addr);
  return to->sa_family == AF_UNIX ? EAGAIN : EINPROGRESS;
}

}  // namespace green::hub
