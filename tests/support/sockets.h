// SPDX-License-Identifier: MIT
#pragma once

#include <netinet/in.h>
#include <sys/socket.h>

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace tests {

/// A descriptor that is closed with its scope.
class descriptor {
 public:
  /// Throws std::system_error of errno when it is negative.
  explicit descriptor(int fd, const char* made_by = "descriptor");
  descriptor(descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  descriptor& operator=(descriptor&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~descriptor() { reset(); }

  operator int() const noexcept { return fd_; }
  /// Closes it now.
  void reset() noexcept;
  /// It has been closed, or has another owner from now on.
  int release() noexcept { return std::exchange(fd_, -1); }

 private:
  int fd_;
};

struct two_descriptors {
  descriptor a;
  descriptor b;
};

two_descriptors stream_pair();       // Unix
two_descriptors datagram_pair();     // Unix
two_descriptors tcp_pair();          // connected over loopback
two_descriptors pipe_descriptors();  // a reads what b writes

/// An IPv4 address that calls can be given.
struct ipv4 {
  ipv4() = default;
  explicit ipv4(unsigned short port, const char* host = "127.0.0.1");
  sockaddr* get() noexcept { return reinterpret_cast<sockaddr*>(&in); }
  unsigned short port() const noexcept;
  bool operator==(const ipv4& other) const noexcept;

  sockaddr_in in = {};
  socklen_t length = sizeof in;
};

/// getsockname
ipv4 local_address(int fd);
/// getpeername
ipv4 peer_address(int fd);

/// Listens on a free port of 127.0.0.1.
descriptor tcp_listener(int backlog = 128);
/// Forks a child, which ends at once. From then on another process may have
/// each socket that is open now.
void share_by_fork();
/// A listener whose queue is full: who connects waits.
struct full_listener {
  full_listener();
  descriptor fd;
  ipv4 there;
  std::vector<descriptor> clients;
};
/// A UDP socket on a free port of 127.0.0.1.
descriptor udp_socket();
/// A port that nobody listens on.
unsigned short free_port();

/// From now on, closing it sends a reset.
void reset_on_close(int fd);
/// Gives both buffers this size, in bytes.
void limit_buffers(int fd, int size);
/// Makes both buffers as small as the kernel allows.
void shrink_buffers(int fd);
/// Sends without waiting until nothing more fits; how many bytes.
std::size_t fill(int fd);
/// Receives without waiting what is there; how many bytes.
std::size_t drain(int fd);
/// Receives exactly so many bytes, blocking.
std::string take(int fd, std::size_t length);
void set_nonblocking(int fd, bool on);

/// Bytes that differ from their neighbours.
std::string pattern(std::size_t length);

/// How many descriptors this process has open.
int open_descriptors();

}  // namespace tests
