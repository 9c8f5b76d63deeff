// SPDX-License-Identifier: MIT
#include "green/netinet/in.h"

#include <doctest/doctest.h>

#include <type_traits>

// Nothing blocks here; the macros of the C library must not hide the names.

static_assert(std::is_same_v<green::sockaddr_in, ::sockaddr_in>);
static_assert(std::is_same_v<green::in6_addr, ::in6_addr>);

TEST_CASE("the order of bytes") {
  volatile green::uint16_t port = 0x1234;
  volatile green::uint32_t host = 0x12345678;
  CHECK(green::htons(0x1234) == 0x3412);
  CHECK(green::htonl(0x12345678) == 0x78563412);
  CHECK(green::ntohs(green::htons(port)) == 0x1234);
  CHECK(green::ntohl(green::htonl(host)) == 0x12345678);
  CHECK(htons(port) == green::htons(port));
}

TEST_CASE("addresses that have names") {
  CHECK(IN6_IS_ADDR_LOOPBACK(&green::in6addr_loopback));
  CHECK(IN6_IS_ADDR_UNSPECIFIED(&green::in6addr_any));
  const green::in_addr_t local = INADDR_LOOPBACK;
  CHECK(green::htonl(local) == ::htonl(local));
}
