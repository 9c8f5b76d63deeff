// SPDX-License-Identifier: MIT
#pragma once

#include <sys/socket.h>
#include <sys/un.h>

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "green/endpoint.h"

namespace green::testing {

/// The Internet of a simulation: a socket of AF_INET or AF_INET6 is one of
/// AF_UNIX in truth, whose name in the abstract namespace tells its address. So
/// data arrives at once and in order, every address and port is free, and the
/// machine's network takes no part. The functions are the system's calls: a
/// result and errno. None: the socket is not of this network.
class network {
 public:
  /// `name` differs from that of all networks of the machine.
  explicit network(std::string name) : name_(std::move(name)) {}

  std::optional<int> socket(int domain, int type, int protocol);
  std::optional<int> bind(int fd, const ::sockaddr* address, socklen_t length);
  /// `owner` connects.
  std::optional<int> connect(int fd, const ::sockaddr* address,
                             socklen_t length, const std::string& owner);
  /// The address is that of accept4(2), recvfrom(2), getsockname(2) and the
  /// like: translates a name that the system has given. A peer has one address.
  bool give(const sockaddr_un& name, socklen_t length, ::sockaddr* address,
            socklen_t* room, bool of_peer = true) const;
  /// The name of an address, for a datagram that `owner` sends from the socket.
  /// The socket gets an address of its own first.
  std::optional<std::pair<sockaddr_un, socklen_t>> name_of(
      int fd, const ::sockaddr* address, socklen_t length,
      const std::string& owner);
  /// An Internet socket without an address.
  bool give_none(int fd, ::sockaddr* address, socklen_t* room) const;
  bool has(int fd) const;

  /// The ends of a connection, this socket's first; empty where there is none.
  std::pair<endpoint, endpoint> ends(int fd) const;
  /// Is it every address of the machine?
  static bool is_any(const endpoint& address);
  /// Who connected from the address.
  std::string owner(const endpoint& from) const;

  /// Both ends of the connection get ECONNRESET from now on.
  void reset(int fd);
  bool was_reset(int fd) const;

 private:
  using unix_name = std::pair<sockaddr_un, socklen_t>;

  unix_name to_unix(const endpoint& address, int type) const;
  endpoint from_unix(const sockaddr_un& name, socklen_t length) const;
  bool bind_free(int fd, const endpoint& like, int type);
  std::optional<unix_name> find(const endpoint& address, int type) const;
  int family(int fd) const;
  static int type_of(int fd);

  const std::string name_;
  std::map<std::uint64_t, int> families_;  // by the socket's inode
  std::map<endpoint, std::string> owners_;
  std::set<std::pair<endpoint, endpoint>> reset_;
  std::set<std::pair<int, endpoint>> bound_;  // by type, now or before
  std::uint16_t next_port_ = 40'000;
};

}  // namespace green::testing
