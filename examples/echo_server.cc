// SPDX-License-Identifier: MIT
// echo_server: sends every byte back, a green thread for each connection

#include <exception>

#include "green/arpa/inet.h"
#include "green/err.h"
#include "green/green.h"
#include "green/netinet/in.h"
#include "green/stdio.h"
#include "green/stdlib.h"
#include "green/sys/socket.h"
#include "green/thread"
#include "green/unistd.h"

green::task<> serve(int fd) {
  char buffer[1024];
  for (;;) {
    ssize_t n = co_await green::recv(fd, buffer, sizeof buffer, 0);
    if (n <= 0) break;
    if (co_await green::send(fd, buffer, size_t(n), MSG_NOSIGNAL) != n) break;
  }
  co_await green::close(fd);
}

green::task<> accept_all(int listener) {
  for (;;) {
    int fd = co_await green::accept(listener, nullptr, nullptr);
    if (fd >= 0) {
      green::thread(serve, fd).detach();
    } else {
      // The peer gave up, or descriptors are short: neither is for ever.
      co_await green::usleep(10'000);
    }
  }
}

int listen_on(const char* host, const char* port) {
  const char usage[] = "usage: [HOST] PORT";
  sockaddr_in address = {};
  socklen_t size = sizeof address;
  char* end;
  unsigned long number = strtoul(port, &end, 10);
  address.sin_family = AF_INET;
  address.sin_port = htons(uint16_t(number));
  if (*port < '0' || *port > '9' || *end != 0 || number > 65535) {
    errx(2, "not a port: '%s'\n%s", port, usage);
  }
  if (inet_pton(AF_INET, host, &address.sin_addr) != 1) {
    errx(2, "not an IPv4 address: '%s'\n%s", host, usage);
  }
  int fd = socket(AF_INET, SOCK_STREAM, 0), on = 1;
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (bind(fd, reinterpret_cast<sockaddr*>(&address), size) != 0 ||
      listen(fd, SOMAXCONN) != 0) {
    err(1, "bind: %s:%s", host, port);
  }
  getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size);
  printf("listening on %s:%d\n", host, ntohs(address.sin_port));
  fflush(stdout);
  return fd;
}

int main(int argc, char** argv) {
  const char* host = argc == 3 ? argv[1] : "127.0.0.1";
  const char* port = argc == 2 || argc == 3 ? argv[argc - 1] : "";
  try {
    green::run(accept_all, listen_on(host, port));
  } catch (const std::exception& e) {
    errx(1, "%s", e.what());
  }
}
