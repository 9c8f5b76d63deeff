// SPDX-License-Identifier: MIT
#pragma once

#include <arpa/inet.h>
#include <err.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>

namespace benchmarks {

/// The handler's buffer in every server that is compared.
inline constexpr std::size_t buffer_size = 4096;

/// How long a server waits when accept fails for want of descriptors.
inline constexpr int accept_pause_ms = 10;

/// A listening socket on what the arguments `[HOST] PORT` name, with the
/// messages of examples/echo_server.cc. Exits when that cannot be.
inline int listen_on_arguments(int argc, char** argv) {
  const char usage[] = "usage: [HOST] PORT";
  const char* host = argc == 3 ? argv[1] : "127.0.0.1";
  const char* port = argc == 2 || argc == 3 ? argv[argc - 1] : "";
  sockaddr_in address = {};
  socklen_t size = sizeof address;
  char* end = nullptr;
  const unsigned long number = std::strtoul(port, &end, 10);
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(number));
  if (*port < '0' || *port > '9' || *end != 0 || number > 65535) {
    errx(2, "not a port: '%s'\n%s", port, usage);
  }
  if (inet_pton(AF_INET, host, &address.sin_addr) != 1) {
    errx(2, "not an IPv4 address: '%s'\n%s", host, usage);
  }
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const int on = 1;
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (bind(fd, reinterpret_cast<sockaddr*>(&address), size) != 0 ||
      listen(fd, SOMAXCONN) != 0) {
    err(1, "bind: %s:%s", host, port);
  }
  getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size);
  std::printf("listening on %s:%d\n", host, ntohs(address.sin_port));
  std::fflush(stdout);
  return fd;
}

}  // namespace benchmarks
