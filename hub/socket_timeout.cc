// SPDX-License-Identifier: MIT
#include "green/hub/socket_timeout.h"

#include <dirent.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <memory>

#include "green/hub/descriptor_facts.h"
#include "green/hub/opcodes.h"
#include "green/hub/stand_in.h"

namespace green::hub {

namespace {

// No limit: the descriptor is no socket, or the option is not set.
timeval time_limit(int fd, int option) noexcept {
  timeval length{};
  socklen_t size = sizeof length;
  if (::getsockopt(fd, SOL_SOCKET, option, &length, &size) != 0) return {};
  return length;
}

bool is_zero(const timeval& t) noexcept {
  return t.tv_sec == 0 && t.tv_usec == 0;
}

bool is_set_to_linger(int fd) noexcept {
  linger how{};
  socklen_t size = sizeof how;
  return ::getsockopt(fd, SOL_SOCKET, SO_LINGER, &how, &size) == 0 &&
         how.l_onoff != 0 && how.l_linger > 0;
}

void count_limits_of(int fd) noexcept {
  if (!is_zero(time_limit(fd, SO_RCVTIMEO)) ||
      !is_zero(time_limit(fd, SO_SNDTIMEO))) {
    expect_socket_timeouts();
  }
  if (socket_option(fd, SO_RCVLOWAT) > 1) {
    socket_low_waters_in_use.store(true, std::memory_order_relaxed);
  }
  if (is_set_to_linger(fd)) {
    sockets_linger.store(true, std::memory_order_relaxed);
  }
}

}  // namespace

void expect_socket_timeouts() noexcept {
  socket_timeouts_in_use.store(true, std::memory_order_relaxed);
}

int set_socket_option(int fd, int level, int option, const void* value,
                      socklen_t length) noexcept {
  const long result =
      ::syscall(SYS_setsockopt, fd, level, option, value, length);
  if (result != 0) return -1;
  if (level == SOL_SOCKET) {
    if (option == SO_RCVTIMEO || option == SO_SNDTIMEO) {
      expect_socket_timeouts();
    } else if (option == SO_RCVLOWAT) {
      socket_low_waters_in_use.store(true, std::memory_order_relaxed);
    } else if (option == SO_LINGER) {
      sockets_linger.store(true, std::memory_order_relaxed);
    }
  }
  return 0;
}

bool lingers(int fd) noexcept {
  return sockets_linger.load(std::memory_order_relaxed) && is_set_to_linger(fd);
}

void look_for_socket_limits() noexcept {
  const std::unique_ptr<DIR, int (*)(DIR*)> all(::opendir("/proc/self/fd"),
                                                &::closedir);
  if (all == nullptr) return expect_socket_timeouts();
  while (const dirent* const one = ::readdir(all.get())) {
    if (one->d_name[0] != '.') count_limits_of(std::atoi(one->d_name));
  }
}

core::deadline socket_deadline(int fd, int option) noexcept {
  if (!socket_timeouts_in_use.load(std::memory_order_relaxed)) {
    return core::deadline::never();
  }
  const int before = errno;
  const timeval length = time_limit(fd, option);
  errno = before;
  if (is_zero(length)) return core::deadline::never();
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
extern "C" [[gnu::visibility("default")]] int setsockopt(
    int fd, int level, int option, const void* value,
    socklen_t length) noexcept {
  if (auto* const other = green::hub::stand_in::here(); other != nullptr) {
    if (const auto result = other->set_socket_option(fd, level, option)) {
      return *result;
    }
  }
  return green::hub::set_socket_option(fd, level, option, value, length);
}
