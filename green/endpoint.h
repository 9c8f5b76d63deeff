// SPDX-License-Identifier: MIT
//
// Addresses of sockets as values: read from text, printed, compared, looked up.
//
//   green::endpoint here("127.0.0.1:8080");
//   auto found = co_await green::endpoint::from_name("localhost:80");
//   for (const green::endpoint& one : found) {
//     std::puts(one.to_string().c_str());
//   }
//   int fd = green::socket(here.family(), SOCK_STREAM | SOCK_CLOEXEC, 0);
//   co_await green::connect(fd, here.sockaddr(), here.length());
//   co_await green::close(fd);
//
// Only from_name waits. A kill or timeout abandons its look-up
// (docs/contract.md). All else needs no hub and may be used on any thread, as
// any value.
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

/// An IPv4, IPv6, Unix or VM socket's address. Its texts:
///
///   127.0.0.1:80    [::1]:80    [fe80::1%eth0]:80
///   *:80    :80             every IPv4 address of the machine
///   [::]:80                 every IPv6 address, and on Linux every IPv4 one
///   unix:/path              a socket of the file system
///   unix:@name              a socket of the abstract namespace
///   vsock:2:1024            port 1024 of the virtual machine with CID 2
///   vsock:*:1024            that port of this machine, for all CIDs
///
/// A server that binds to port 0 gets a free port from the kernel. For a vsock,
/// VMADDR_PORT_ANY does that: 4294967295.
class endpoint {
 public:
  /// No address, printed as "none".
  endpoint() noexcept = default;
  /// Reads a text of this kind; looks no name up. Throws std::invalid_argument,
  /// whose message shows the texts that are right.
  explicit endpoint(std::string_view text);
  /// The address that a system call gave. Bytes beyond the longest known
  /// address are left out.
  endpoint(const ::sockaddr* address, socklen_t length) noexcept;

  /// The constructor for a text that may name a host: then the result is empty.
  /// Throws as the constructor.
  static std::optional<endpoint> without_look_up(std::string_view text);

  /// getaddrinfo(3) for stream sockets: the addresses of "host:port", in its
  /// order. A text that needs no look-up gives its one address. Throws
  /// std::system_error of addrinfo_category(), or with errno for EAI_SYSTEM.
  static task<std::vector<endpoint>> from_name(std::string text);
  /// from_name for a thread without a hub: blocks the OS thread.
  static std::vector<endpoint> from_name_now(const std::string& text);

  /// The address as bind(2) and connect(2) take it.
  const ::sockaddr* sockaddr() const noexcept { return &address_.any; }
  /// The length that belongs to sockaddr(), in bytes.
  socklen_t length() const noexcept { return length_; }
  /// AF_INET, AF_INET6, AF_UNIX or AF_VSOCK; AF_UNSPEC when there is no
  /// address.
  int family() const noexcept { return address_.any.sa_family; }
  /// The port of IPv4 and IPv6; 0 of all others.
  std::uint16_t port() const noexcept;
  /// The path of a Unix socket of the file system; empty of all others.
  std::string path() const;
  /// The text that the constructor takes, the same for equal addresses.
  std::string to_string() const;

  /// An order for maps, without a meaning.
  std::strong_ordering operator<=>(const endpoint& other) const noexcept;
  /// The same family, address and port.
  bool operator==(const endpoint& other) const noexcept {
    return (*this <=> other) == 0;
  }
  /// Prints to_string().
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

/// The errors of getaddrinfo(3): values as EAI_NONAME, messages of
/// gai_strerror(3).
const std::error_category& addrinfo_category() noexcept;

}  // namespace green
