// SPDX-License-Identifier: MIT
#include "tests/support/sockets.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <filesystem>
#include <iterator>
#include <system_error>

namespace tests {

namespace {

[[noreturn]] void fail(const char* what) {
  throw std::system_error(errno, std::generic_category(), what);
}

void check(int result, const char* what) {
  if (result < 0) fail(what);
}

two_descriptors pair_of(int type) {
  int fds[2];
  check(::socketpair(AF_UNIX, type | SOCK_CLOEXEC, 0, fds), "socketpair");
  return {descriptor(fds[0]), descriptor(fds[1])};
}

descriptor bound_socket(int type) {
  descriptor fd(::socket(AF_INET, type | SOCK_CLOEXEC, 0), "socket");
  ipv4 any(0);
  check(::bind(fd, any.get(), any.length), "bind");
  return fd;
}

}  // namespace

descriptor::descriptor(int fd, const char* made_by) : fd_(fd) {
  if (fd < 0) fail(made_by);
}

void descriptor::reset() noexcept {
  if (fd_ >= 0) ::close(release());
}

two_descriptors stream_pair() { return pair_of(SOCK_STREAM); }
two_descriptors datagram_pair() { return pair_of(SOCK_DGRAM); }

two_descriptors tcp_pair() {
  const descriptor listener = tcp_listener();
  ipv4 address = local_address(listener);
  descriptor client(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), "socket");
  check(::connect(client, address.get(), address.length), "connect");
  descriptor server(::accept4(listener, nullptr, nullptr, SOCK_CLOEXEC),
                    "accept4");
  return {std::move(client), std::move(server)};
}

two_descriptors pipe_descriptors() {
  int fds[2];
  check(::pipe2(fds, O_CLOEXEC), "pipe2");
  return {descriptor(fds[0]), descriptor(fds[1])};
}

ipv4::ipv4(unsigned short port, const char* host) {
  in.sin_family = AF_INET;
  in.sin_port = htons(port);
  check(::inet_pton(AF_INET, host, &in.sin_addr) - 1, "inet_pton");
}

unsigned short ipv4::port() const noexcept { return ntohs(in.sin_port); }

bool ipv4::operator==(const ipv4& other) const noexcept {
  return in.sin_family == other.in.sin_family &&
         in.sin_port == other.in.sin_port &&
         in.sin_addr.s_addr == other.in.sin_addr.s_addr;
}

ipv4 local_address(int fd) {
  ipv4 address;
  check(::getsockname(fd, address.get(), &address.length), "getsockname");
  return address;
}

ipv4 peer_address(int fd) {
  ipv4 address;
  check(::getpeername(fd, address.get(), &address.length), "getpeername");
  return address;
}

descriptor tcp_listener(int backlog) {
  descriptor fd = bound_socket(SOCK_STREAM);
  check(::listen(fd, backlog), "listen");
  return fd;
}

void share_by_fork() {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(0);
  check(::waitpid(child, nullptr, 0) == child ? 0 : -1, "fork");
}

full_listener::full_listener() : fd(tcp_listener(0)), there(local_address(fd)) {
  for (int i = 0; i < 3; ++i) {
    clients.emplace_back(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0));
    ::connect(clients.back(), there.get(), there.length);
  }
}

descriptor udp_socket() { return bound_socket(SOCK_DGRAM); }

unsigned short free_port() {
  return local_address(bound_socket(SOCK_STREAM)).port();
}

void reset_on_close(int fd) {
  const linger now{.l_onoff = 1, .l_linger = 0};
  check(::setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof now), "SO_LINGER");
}

void limit_buffers(int fd, int size) {
  check(::setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof size),
        "SO_SNDBUF");
  check(::setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof size),
        "SO_RCVBUF");
}

void shrink_buffers(int fd) { limit_buffers(fd, 1); }

std::size_t fill(int fd) {
  const std::array<char, 1024> data = {};
  std::size_t total = 0;
  for (;;) {
    const ssize_t n =
        ::send(fd, data.data(), data.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    if (n <= 0) return total;
    total += static_cast<std::size_t>(n);
  }
}

std::size_t drain(int fd) {
  std::array<char, 4096> data;
  std::size_t total = 0;
  for (;;) {
    const ssize_t n = ::recv(fd, data.data(), data.size(), MSG_DONTWAIT);
    if (n <= 0) return total;
    total += static_cast<std::size_t>(n);
  }
}

std::string take(int fd, std::size_t length) {
  std::string data(length, '\0');
  const ssize_t n = ::recv(fd, data.data(), length, MSG_WAITALL);
  data.resize(n < 0 ? 0 : static_cast<std::size_t>(n));
  return data;
}

void set_nonblocking(int fd, bool on) {
  const int flags = ::fcntl(fd, F_GETFL);
  check(flags, "F_GETFL");
  check(::fcntl(fd, F_SETFL, on ? flags | O_NONBLOCK : flags & ~O_NONBLOCK),
        "F_SETFL");
}

std::string pattern(std::size_t length) {
  std::string data(length, '\0');
  unsigned state = 1;
  for (char& byte : data) {
    state = state * 1103515245 + 12345;
    byte = static_cast<char>(state >> 16);
  }
  return data;
}

int open_descriptors() {
  const std::filesystem::directory_iterator open("/proc/self/fd");
  return static_cast<int>(std::distance(begin(open), end(open))) - 1;
}

}  // namespace tests
