// SPDX-License-Identifier: MIT
#include "green/netinet/tcp.h"

#include <doctest/doctest.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "tests/support/sockets.h"

TEST_CASE("options and state of a TCP socket") {
  auto [a, b] = tests::tcp_pair();
  const int on = 1;
  CHECK(::setsockopt(a, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) == 0);
  struct green::tcp_info state{};
  socklen_t length = sizeof state;
  CHECK(::getsockopt(a, IPPROTO_TCP, TCP_INFO, &state, &length) == 0);
  CHECK(state.tcpi_state == TCP_ESTABLISHED);
}
