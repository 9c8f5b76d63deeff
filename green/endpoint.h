// SPDX-License-Identifier: MIT
#pragma once

#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <compare>
#include <cstdint>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include "green/task.h"

namespace green {

/// Where a socket is or shall be: an IPv4, IPv6 or Unix address, a value. In
/// text:
///
///   127.0.0.1:80    [::1]:80    [fe80::1%eth0]:80
///   *:80    :80             every IPv4 address of the machine
///   [::]:80                 every IPv6 address, and as Linux does IPv4 too
///   unix:/path    unix:@name    the latter in the abstract namespace
///
/// Port 0 lets the kernel choose when a server binds.
class endpoint {
 public:
  /// No address, printed as "none".
  endpoint() noexcept = default;
  /// Throws std::invalid_argument that says what to write. Looks nothing up.
  explicit endpoint(std::string_view text);
  /// What a system call gave: length is cut to what is known.
  endpoint(const ::sockaddr* address, socklen_t length) noexcept;

  /// What text means without a look-up; nothing when it names a host. Throws as
  /// the constructor.
  static std::optional<endpoint> without_look_up(std::string_view text);

  /// getaddrinfo(3) for stream sockets: the addresses of "host:port", in its
  /// order; what needs no look-up is given as it is. Throws std::system_error:
  /// of addrinfo_category, or for EAI_SYSTEM of errno.
  static task<std::vector<endpoint>> from_name(std::string text);
  /// The same, holding the OS thread meanwhile.
  static std::vector<endpoint> from_name_now(const std::string& text);

  const ::sockaddr* sockaddr() const noexcept { return &address_.any; }
  socklen_t length() const noexcept { return length_; }
  /// AF_INET, AF_INET6, AF_UNIX; AF_UNSPEC when there is none.
  int family() const noexcept { return address_.any.sa_family; }
  /// 0 where there are no ports.
  std::uint16_t port() const noexcept;
  /// The path of a Unix socket of the file system, else empty.
  std::string path() const;
  /// "127.0.0.1:80", "[::1]:80", "unix:/path": the constructor's text, in one
  /// form for equal addresses.
  std::string to_string() const;

  /// An order without a meaning, for maps.
  std::strong_ordering operator<=>(const endpoint& other) const noexcept;
  bool operator==(const endpoint& other) const noexcept {
    return (*this <=> other) == 0;
  }
  friend std::ostream& operator<<(std::ostream& out, const endpoint& e) {
    return out << e.to_string();
  }

 private:
  void set_unix(std::string_view name) noexcept;
  std::string_view unix_name() const noexcept;

  union {
    ::sockaddr_un local{};
    ::sockaddr any;
    sockaddr_in ip4;
    sockaddr_in6 ip6;
  } address_;
  socklen_t length_ = 0;
};

/// Errors of getaddrinfo: their values are EAI_NONAME and the like, and their
/// messages those of gai_strerror.
const std::error_category& addrinfo_category() noexcept;

}  // namespace green
