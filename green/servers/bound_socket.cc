// SPDX-License-Identifier: MIT
#include "green/servers/bound_socket.h"

#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <system_error>
#include <utility>

namespace green {

namespace {

bool set(int fd, int level, int option, int value) {
  return ::setsockopt(fd, level, option, &value, sizeof value) == 0;
}

bool is_tcp(const endpoint& where, int type) {
  const bool ip = where.family() == AF_INET || where.family() == AF_INET6;
  return ip && type == SOCK_STREAM;
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
  if (is_tcp(where, how.type)) {
    // Connections of a predecessor linger in TIME_WAIT.
    if (how.reuse_address && !set(fd, SOL_SOCKET, SO_REUSEADDR, 1)) {
      return false;
    }
    // Accepted sockets inherit the option.
    if (how.no_delay && !set(fd, IPPROTO_TCP, TCP_NODELAY, 1)) return false;
  }
  if (where.family() == AF_INET6 && how.dual_stack &&
      !set(fd, IPPROTO_IPV6, IPV6_V6ONLY, *how.dual_stack ? 0 : 1)) {
    return false;
  }
  return !how.reuse_port || set(fd, SOL_SOCKET, SO_REUSEPORT, 1);
}

endpoint name_of(int fd) {
  sockaddr_storage name;
  socklen_t length = sizeof name;
  ::sockaddr* const any = reinterpret_cast<::sockaddr*>(&name);
  if (::getsockname(fd, any, &length) != 0) return {};
  return {any, length};
}

bool open(unique_fd& fd, const endpoint& where,
          const bound_socket::settings& how) {
  fd.reset(::socket(where.family(), how.type | SOCK_CLOEXEC, 0));
  if (!fd || !set_options(fd.get(), where, how)) return false;
  const std::string path = where.path();
  if (!path.empty() && is_left_over(where, how.type)) ::unlink(path.c_str());
  if (::bind(fd.get(), where.sockaddr(), where.length()) != 0) return false;
  return how.type != SOCK_STREAM || ::listen(fd.get(), how.backlog) == 0;
}

unique_fd open_first(const std::vector<endpoint>& addresses,
                     const bound_socket::settings& how) {
  unique_fd fd;
  for (const endpoint& where : addresses) {
    if (open(fd, where, how)) return fd;
  }
  const int error = addresses.empty() ? EADDRNOTAVAIL : errno;
  const std::string last =
      addresses.empty() ? "nothing" : addresses.back().to_string();
  throw std::system_error(error, std::generic_category(),
                          fmt::format("listen on {}", last));
}

// An option of a socket; or 0, and errno says why.
int option_of(int fd, int option) {
  int value = 0;
  socklen_t length = sizeof value;
  errno = 0;
  ::getsockopt(fd, SOL_SOCKET, option, &value, &length);
  return value;
}

// Why a server cannot use a socket; 0 when it can.
int fault_of(int fd, int type) {
  const int own = option_of(fd, SO_TYPE);
  if (errno != 0) return errno;
  if (type == SOCK_DGRAM) return own == SOCK_DGRAM ? 0 : EPROTOTYPE;
  if (own != SOCK_STREAM && own != SOCK_SEQPACKET) return EOPNOTSUPP;
  return option_of(fd, SO_ACCEPTCONN) != 0 ? 0 : EINVAL;
}

}  // namespace

bound_socket::bound_socket(const std::vector<endpoint>& addresses,
                           const settings& how)
    : fd_(open_first(addresses, how)), address_(name_of(fd_.get())) {
  const std::string path = address_.path();
  struct ::stat file;
  if (!path.empty() && ::lstat(path.c_str(), &file) == 0) {
    device_ = file.st_dev;
    inode_ = file.st_ino;
  }
}

bound_socket::bound_socket(unique_fd given, const settings& how)
    : fd_(std::move(given)), address_(name_of(fd_.get())) {
  if (!is_tcp(address_, how.type)) return;
  // Else the next start could not bind while connections linger.
  set(fd_.get(), SOL_SOCKET, SO_REUSEADDR, 1);
  if (how.no_delay) set(fd_.get(), IPPROTO_TCP, TCP_NODELAY, 1);
}

unique_fd bound_socket::listener(const std::vector<endpoint>& addresses,
                                 const listen_options& how) {
  return open_first(addresses, {.type = SOCK_STREAM,
                                .backlog = how.backlog_,
                                .reuse_port = how.reuse_port_,
                                .reuse_address = how.reuse_address_,
                                .dual_stack = how.dual_stack_});
}

endpoint bound_socket::check(int given, int type) {
  const int errno_before = errno;
  const int fault = fault_of(given, type);
  errno = errno_before;
  if (fault == 0) return name_of(given);
  throw std::system_error(fault, std::generic_category(),
                          fmt::format("listen on descriptor {}", given));
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
