// SPDX-License-Identifier: MIT
#include "green/testing/network.h"

#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <string_view>

namespace green::testing {

namespace {

constexpr socklen_t before_path = offsetof(sockaddr_un, sun_path);

std::uint64_t inode(int fd) {
  struct ::stat file;
  const bool socket = ::fstat(fd, &file) == 0 && S_ISSOCK(file.st_mode);
  return socket ? file.st_ino : 0;
}

// The system's own call: the C library's name leads back to here.
int get_name(int fd, bool of_peer, sockaddr_un& name, socklen_t& length) {
  length = sizeof name;
  return static_cast<int>(::syscall(of_peer ? SYS_getpeername : SYS_getsockname,
                                    fd, &name, &length));
}

class errno_scope {
 public:
  errno_scope() noexcept = default;
  errno_scope(const errno_scope&) = delete;
  errno_scope& operator=(const errno_scope&) = delete;
  ~errno_scope() { errno = before_; }

 private:
  const int before_ = errno;
};

bool is_internet(int domain) { return domain == AF_INET || domain == AF_INET6; }

endpoint with_port(const endpoint& like, std::uint16_t port) {
  if (like.family() == AF_INET6) {
    sockaddr_in6 a;
    std::memcpy(&a, like.sockaddr(), sizeof a);
    a.sin6_port = htons(port);
    return {reinterpret_cast<const ::sockaddr*>(&a), sizeof a};
  }
  sockaddr_in a;
  std::memcpy(&a, like.sockaddr(), sizeof a);
  a.sin_port = htons(port);
  return {reinterpret_cast<const ::sockaddr*>(&a), sizeof a};
}

endpoint loopback(int family, std::uint16_t port) {
  return with_port(endpoint(family == AF_INET6 ? "[::1]:1" : "127.0.0.1:1"),
                   port);
}

void copy_out(const endpoint& address, ::sockaddr* into, socklen_t* room) {
  if (into == nullptr || room == nullptr) return;
  std::memcpy(into, address.sockaddr(), std::min(*room, address.length()));
  *room = address.length();
}

}  // namespace

int network::type_of(int fd) {
  int type = 0;
  socklen_t size = sizeof type;
  ::syscall(SYS_getsockopt, fd, SOL_SOCKET, SO_TYPE, &type, &size);
  return type;
}

network::unix_name network::to_unix(const endpoint& address, int type) const {
  unix_name made{};
  made.first.sun_family = AF_UNIX;
  const std::string text =
      fmt::format("{}/{}/{}", name_, type, address.to_string());
  const std::size_t size =
      std::min(text.size(), sizeof made.first.sun_path - 1);
  std::memcpy(made.first.sun_path + 1, text.data(), size);
  made.second = before_path + 1 + static_cast<socklen_t>(size);
  return made;
}

endpoint network::from_unix(const sockaddr_un& name, socklen_t length) const {
  if (length <= before_path + 1 || name.sun_path[0] != 0) return {};
  std::string_view text(name.sun_path + 1, length - before_path - 1);
  if (!text.starts_with(name_ + "/")) return {};
  text.remove_prefix(name_.size() + 1);
  text.remove_prefix(std::min(text.find('/'), text.size() - 1) + 1);
  return endpoint::without_look_up(text).value_or(endpoint());
}

std::optional<int> network::socket(int domain, int type, int protocol) {
  constexpr int flags = SOCK_CLOEXEC | SOCK_NONBLOCK;
  const int kind = type & ~flags;
  if (!is_internet(domain)) return std::nullopt;
  if (kind != SOCK_STREAM && kind != SOCK_DGRAM) return std::nullopt;
  const int usual = kind == SOCK_STREAM ? IPPROTO_TCP : IPPROTO_UDP;
  if (protocol != 0 && protocol != usual) return std::nullopt;
  const auto fd = static_cast<int>(::syscall(SYS_socket, AF_UNIX, type, 0));
  if (fd >= 0) families_[inode(fd)] = domain;
  return fd;
}

// 0: it is none of this network's. An accepted one is known by its name.
int network::family(int fd) const {
  const errno_scope before;
  sockaddr_un name;
  socklen_t length;
  if (get_name(fd, false, name, length) != 0 || name.sun_family != AF_UNIX) {
    return 0;
  }
  if (const auto at = from_unix(name, length); at.family() != AF_UNSPEC) {
    return at.family();
  }
  if (length > before_path) return 0;
  const auto known = families_.find(inode(fd));
  return known == families_.end() ? 0 : known->second;
}

bool network::has(int fd) const { return family(fd) != 0; }

bool network::bind_free(int fd, const endpoint& like, int type) {
  constexpr int most = 20'000;
  for (int i = 0; i < most; ++i) {
    const endpoint mine = with_port(like, next_port_);
    next_port_ = next_port_ == 60'000 ? 40'000 : next_port_ + 1;
    const auto [name, length] = to_unix(mine, type);
    if (::syscall(SYS_bind, fd, &name, length) == 0) {
      bound_.emplace(type, mine);
      return true;
    }
    if (errno != EADDRINUSE) return false;
  }
  return false;
}

std::optional<int> network::bind(int fd, const ::sockaddr* address,
                                 socklen_t length) {
  if (family(fd) == 0) return std::nullopt;
  const endpoint mine(address, length);
  if (!is_internet(mine.family())) {
    errno = EAFNOSUPPORT;
    return -1;
  }
  const int type = type_of(fd);
  if (mine.port() == 0) return bind_free(fd, mine, type) ? 0 : -1;
  const auto [name, size] = to_unix(mine, type);
  if (::syscall(SYS_bind, fd, &name, size) != 0) return -1;
  bound_.emplace(type, mine);
  return 0;
}

// A socket that is bound to all addresses of the machine has any. An IPv6 one
// has those of IPv4, too.
std::optional<network::unix_name> network::find(const endpoint& address,
                                                int type) const {
  const std::array<endpoint, 3> ways = {
      address, with_port(endpoint("*:1"), address.port()),
      with_port(endpoint("[::]:1"), address.port())};
  for (const endpoint& way : ways) {
    if (bound_.contains({type, way})) return to_unix(way, type);
  }
  return std::nullopt;
}

std::optional<int> network::connect(int fd, const ::sockaddr* address,
                                    socklen_t length,
                                    const std::string& owner) {
  const int mine = family(fd);
  if (mine == 0) return std::nullopt;
  const endpoint peer(address, length);
  if (!is_internet(peer.family())) {
    errno = EAFNOSUPPORT;
    return -1;
  }
  const int type = type_of(fd);
  const auto name = find(peer, type);
  if (!name) {
    errno = ECONNREFUSED;
    return -1;
  }
  if (ends(fd).first.family() == AF_UNSPEC &&
      !bind_free(fd, loopback(peer.family(), 1), type)) {
    return -1;
  }
  owners_[ends(fd).first] = owner;
  return static_cast<int>(
      ::syscall(SYS_connect, fd, &name->first, name->second));
}

bool network::give(const sockaddr_un& name, socklen_t length,
                   ::sockaddr* address, socklen_t* room, bool of_peer) const {
  endpoint found = from_unix(name, length);
  if (of_peer && is_any(found)) found = loopback(found.family(), found.port());
  if (found.family() == AF_UNSPEC) return false;
  copy_out(found, address, room);
  return true;
}

bool network::give_none(int fd, ::sockaddr* address, socklen_t* room) const {
  const int mine = family(fd);
  if (mine == 0) return false;
  copy_out(endpoint(mine == AF_INET6 ? "[::]:0" : "*:0"), address, room);
  return true;
}

std::optional<network::unix_name> network::name_of(int fd,
                                                   const ::sockaddr* address,
                                                   socklen_t length,
                                                   const std::string& owner) {
  const int mine = family(fd);
  const endpoint peer(address, length);
  if (mine == 0 || !is_internet(peer.family())) return std::nullopt;
  const int type = type_of(fd);
  if (ends(fd).first.family() == AF_UNSPEC &&
      !bind_free(fd, loopback(peer.family(), 1), type)) {
    return std::nullopt;
  }
  owners_.try_emplace(ends(fd).first, owner);
  return find(peer, type).value_or(to_unix(peer, type));
}

std::pair<endpoint, endpoint> network::ends(int fd) const {
  const errno_scope before;
  sockaddr_un name;
  socklen_t length;
  std::pair<endpoint, endpoint> both;
  if (get_name(fd, false, name, length) == 0) {
    both.first = from_unix(name, length);
  }
  if (get_name(fd, true, name, length) == 0) {
    both.second = from_unix(name, length);
  }
  return both;
}

bool network::is_any(const endpoint& address) {
  return is_internet(address.family()) &&
         address == with_port(endpoint(address.family() == AF_INET6 ? "[::]:1"
                                                                    : "*:1"),
                              address.port());
}

std::string network::owner(const endpoint& from) const {
  const auto found = owners_.find(from);
  return found == owners_.end() ? "" : found->second;
}

void network::reset(int fd) {
  const auto [mine, peer] = ends(fd);
  if (peer.family() != AF_UNSPEC) {
    reset_.emplace(mine, peer);
    reset_.emplace(peer, mine);
  }
  ::shutdown(fd, SHUT_RDWR);
}

bool network::was_reset(int fd) const {
  return !reset_.empty() && reset_.contains(ends(fd));
}

}  // namespace green::testing
