// SPDX-License-Identifier: MIT
//
// Descriptors for tests: closed at the end of the scope, and counted.
//
//   tests::socket_pair pair;             // a connected stream, pair.a, pair.b
//   tests::listener server;              // on 127.0.0.1, server.fd
//   tests::unique_fd c(server.connect());
//   const int before = tests::open_descriptors();
#pragma once

#include <arpa/inet.h>
#include <dirent.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

namespace tests {

/// Throws what errno says when a system call has failed; else its result.
inline int checked(int result, const char* what) {
  if (result >= 0) return result;
  throw std::system_error(errno, std::generic_category(), what);
}

class unique_fd {
 public:
  unique_fd() = default;
  explicit unique_fd(int fd) noexcept : fd_(fd) {}
  unique_fd(unique_fd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  unique_fd& operator=(unique_fd&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~unique_fd() { reset(); }

  int get() const noexcept { return fd_; }
  int release() noexcept { return std::exchange(fd_, -1); }
  void reset() noexcept {
    if (fd_ >= 0) ::close(std::exchange(fd_, -1));
  }

 private:
  int fd_ = -1;
};

struct socket_pair {
  explicit socket_pair(int type = SOCK_STREAM) {
    int ends[2];
    checked(::socketpair(AF_UNIX, type | SOCK_CLOEXEC, 0, ends), "socketpair");
    a = unique_fd(ends[0]);
    b = unique_fd(ends[1]);
  }
  unique_fd a;
  unique_fd b;
};

/// A TCP socket that listens on a free port of 127.0.0.1.
struct listener {
  explicit listener(int backlog = 128)
      : fd(checked(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0),
                   "socket")) {
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    checked(::bind(fd.get(), generic(), sizeof address), "bind");
    checked(::listen(fd.get(), backlog), "listen");
    socklen_t length = sizeof address;
    checked(::getsockname(fd.get(), generic(), &length), "getsockname");
  }

  sockaddr* generic() noexcept { return reinterpret_cast<sockaddr*>(&address); }

  /// A client that is connected; blocks.
  int connect() {
    unique_fd client(
        checked(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), "socket"));
    checked(::connect(client.get(), generic(), sizeof address), "connect");
    return client.release();
  }

  unique_fd fd;
  sockaddr_in address{};
};

/// How many descriptors the process has open.
inline int open_descriptors() {
  DIR* const folder = ::opendir("/proc/self/fd");
  int count = 0;
  while (::readdir(folder) != nullptr) ++count;
  ::closedir(folder);
  return count - 3;  // ".", ".." and the folder's own
}

}  // namespace tests
