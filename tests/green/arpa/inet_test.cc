// SPDX-License-Identifier: MIT
#include "green/arpa/inet.h"

#include <doctest/doctest.h>
#include <sys/socket.h>

#include <string>

TEST_CASE("addresses and their words") {
  green::in_addr address{};
  CHECK(green::inet_pton(AF_INET, "127.0.0.1", &address) == 1);
  CHECK(address.s_addr == green::htonl(INADDR_LOOPBACK));
  CHECK(green::inet_addr("127.0.0.1") == address.s_addr);
  CHECK(std::string(green::inet_ntoa(address)) == "127.0.0.1");
  char text[INET6_ADDRSTRLEN];
  CHECK(std::string(green::inet_ntop(AF_INET6, &green::in6addr_loopback, text,
                                     sizeof text)) == "::1");
  CHECK(green::inet_aton("1.2", &address) == 1);
  CHECK(green::ntohl(address.s_addr) == 0x01000002);
}
