// SPDX-License-Identifier: MIT
#include "green/hub/descriptor_facts.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include <cerrno>

#include "green/hub/nonblocking_scope.h"

namespace green::hub {

bool is_nonblocking(int fd) noexcept {
  const int flags = flags_of(fd);
  return flags >= 0 && (flags & O_NONBLOCK) != 0;
}

// A call of no parts looks at the descriptor and no further.
bool has_positions(int fd, bool reads) noexcept {
  const ssize_t nothing =
      reads ? ::preadv(fd, nullptr, 0, 0) : ::pwritev(fd, nullptr, 0, 0);
  return nothing == 0;
}

std::uint32_t type_of(int fd) noexcept {
  struct stat status;
  return ::fstat(fd, &status) == 0 ? status.st_mode & S_IFMT : 0;
}

bool locks_position(std::uint32_t type) noexcept {
  return type == S_IFREG || type == S_IFDIR || type == S_IFBLK;
}

int socket_option(int fd, int name) noexcept {
  int value = 0;
  socklen_t size = sizeof value;
  return ::getsockopt(fd, SOL_SOCKET, name, &value, &size) == 0 ? value
                                                                : -errno;
}

bool is_stream(int fd) noexcept {
  return socket_option(fd, SO_TYPE) == SOCK_STREAM;
}

bool is_terminal(int fd) noexcept {
  int number = 0;
  return ::isatty(fd) == 1 && ::ioctl(fd, TIOCGPTN, &number) != 0;
}

bool ready_now(int fd, short events) noexcept {
  pollfd one{fd, events, 0};
  return ::poll(&one, 1, 0) > 0;
}

}  // namespace green::hub
