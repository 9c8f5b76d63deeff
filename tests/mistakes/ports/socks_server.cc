// SPDX-License-Identifier: MIT
// A SOCKS 5 server with a thread for each client, ported by search and replace.
// Each mistake that was left in stands under its name in docs/contract.md.
#include <cstring>
#include <thread>

#include "green/green.h"
#include "green/netdb.h"
#include "green/netinet/in.h"
#include "green/poll.h"
#include "green/sys/socket.h"
#include "green/thread"
#include "green/unistd.h"

namespace {

green::task<bool> read_all(int fd, unsigned char* to, size_t size) {
  for (size_t done = 0; done < size;) {
    // mistake: `ssize_t n = green::recv(...)`
    const ssize_t n = green::recv(fd, to + done, size - done, 0);
    if (n <= 0) co_return false;
    done += static_cast<size_t>(n);
  }
  co_return true;
}

green::task<> relay(int client, int target) {
  char buffer[4096];
  pollfd both[2] = {{client, POLLIN, 0}, {target, POLLIN, 0}};
  while (co_await green::poll(both, 2, -1) > 0) {
    for (int i = 0; i < 2; ++i) {
      if (both[i].revents == 0) continue;
      // mistake: `::read` on a hub
      const ssize_t n = ::read(both[i].fd, buffer, sizeof buffer);
      if (n <= 0) co_return;
      // mistake: `co_await ::recv(...)`, with green:: forgotten
      co_await ::write(both[1 - i].fd, buffer, static_cast<size_t>(n));
    }
  }
}

green::task<int> connect_to(const char* host, const char* port) {
  addrinfo* found = nullptr;
  // mistake: `if (green::getaddrinfo(...))`
  if (green::getaddrinfo(host, port, nullptr, &found)) co_return -1;
  const int fd = green::socket(found->ai_family, SOCK_STREAM, 0);
  // mistake: `if (green::recv(...) == -1)`
  if (green::connect(fd, found->ai_addr, found->ai_addrlen) == -1) co_return -1;
  green::freeaddrinfo(found);
  const timeval limit = {30, 0};
  // mistake: `::setsockopt` of SO_RCVTIMEO
  ::setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  co_return fd;
}

green::task<> serve(int client) {
  unsigned char head[2];
  unsigned char methods[255];
  // mistake: `if (full())`, where full is a coroutine
  if (!read_all(client, head, sizeof head)) co_return;
  if (!co_await read_all(client, methods, head[1])) co_return;
  co_await green::write(client, "\5\0", 2);
  const int target = co_await connect_to("localhost", "80");
  if (target >= 0) co_await relay(client, target);
  // mistake: `green::recv(...);` without co_await
  green::close(client);
}

green::task<> accept_all(int listener) {
  for (;;) {
    const int client = co_await green::accept(listener, nullptr, nullptr);
    // mistake: a coroutine as the function of a std::thread
    if (client >= 0) std::thread(serve, client).detach();
  }
}

}  // namespace

int main() {
  const int listener = green::socket(AF_INET, SOCK_STREAM, 0);
  green::listen(listener, 128);
  green::run(accept_all, listener);
}
