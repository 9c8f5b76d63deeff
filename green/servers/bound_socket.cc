// SPDX-License-Identifier: MIT
#include "green/servers/bound_socket.h"

#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace green {

namespace {

bool turn_on(int fd, int level, int option) {
  const int on = 1;
  return ::setsockopt(fd, level, option, &on, sizeof on) == 0;
}

// Is it the file of a server that has ended and not removed it?
bool is_left_over(const endpoint& where, int type) {
  struct ::stat file;
  if (::lstat(where.path().c_str(), &file) != 0 || !S_ISSOCK(file.st_mode)) {
    return false;
  }
  const unique_fd probe(
      ::socket(AF_UNIX, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  return probe &&
         ::connect(probe.get(), where.sockaddr(), where.length()) != 0 &&
         errno == ECONNREFUSED;
}

bool set_options(int fd, const endpoint& where,
                 const bound_socket::settings& how) {
  const bool stream = how.type == SOCK_STREAM;
  if (where.family() != AF_UNIX && stream) {
    // Servers need the option, because connections of a predecessor linger in
    // TIME_WAIT.
    if (!turn_on(fd, SOL_SOCKET, SO_REUSEADDR)) return false;
    // Accepted sockets inherit the option.
    if (how.no_delay && !turn_on(fd, IPPROTO_TCP, TCP_NODELAY)) return false;
  }
  return !how.reuse_port || turn_on(fd, SOL_SOCKET, SO_REUSEPORT);
}

endpoint name_of(int fd) {
  sockaddr_storage name;
  socklen_t length = sizeof name;
  ::sockaddr* const any = reinterpret_cast<::sockaddr*>(&name);
  if (::getsockname(fd, any, &length) != 0) return {};
  return {any, length};
}

}  // namespace

bound_socket::bound_socket(const std::vector<endpoint>& addresses,
                           const settings& how) {
  for (const endpoint& where : addresses) {
    if (open(where, how)) return;
  }
  const int error = addresses.empty() ? EADDRNOTAVAIL : errno;
  const std::string last =
      addresses.empty() ? "nothing" : addresses.back().to_string();
  fd_.reset();
  throw std::system_error(error, std::generic_category(),
                          fmt::format("listen on {}", last));
}

bool bound_socket::open(const endpoint& where, const settings& how) {
  fd_.reset(::socket(where.family(), how.type | SOCK_CLOEXEC, 0));
  if (!fd_ || !set_options(fd_.get(), where, how)) return false;
  const std::string path = where.path();
  if (!path.empty() && is_left_over(where, how.type)) ::unlink(path.c_str());
  if (::bind(fd_.get(), where.sockaddr(), where.length()) != 0) return false;
  address_ = name_of(fd_.get());
  struct ::stat file;
  if (!path.empty() && ::lstat(path.c_str(), &file) == 0) {
    device_ = file.st_dev;
    inode_ = file.st_ino;
  }
  return how.type != SOCK_STREAM || ::listen(fd_.get(), how.backlog) == 0;
}

bound_socket::~bound_socket() {
  const std::string path = fd_ ? address_.path() : std::string();
  struct ::stat file;
  if (!path.empty() && ::lstat(path.c_str(), &file) == 0 &&
      file.st_dev == device_ && file.st_ino == inode_) {
    ::unlink(path.c_str());
  }
}

}  // namespace green
