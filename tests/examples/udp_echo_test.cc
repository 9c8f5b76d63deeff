// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>
#include <sys/socket.h>

#include <csignal>
#include <string>

#include "green/endpoint.h"
#include "tests/support/program.h"
#include "tests/support/sockets.h"

using std::string;
using tests::refuses;
using tests::run;

namespace {
const string udp_echo = "examples/udp_echo";
}

TEST_CASE("udp_echo sends every datagram back") {  // O13 L20
  tests::program server({udp_echo, "127.0.0.1:0"});
  const green::endpoint to(server.listens_on());
  const tests::descriptor fd = tests::udp_socket();
  REQUIRE(::connect(fd, to.sockaddr(), to.length()) == 0);
  for (const string& data : {string("hello"), string(), string(60000, 'x')}) {
    REQUIRE(::send(fd, data.data(), data.size(), 0) == ssize_t(data.size()));
    string back(65536, '\0');
    const ssize_t got = ::recv(fd, back.data(), back.size(), 0);
    CHECK(back.substr(0, std::size_t(got)) == data);
  }
  server.signal(SIGTERM);
  CHECK(server.wait() == 0);
}

TEST_CASE("udp_echo answers socat, on IPv6 too") {
  tests::program server({udp_echo, "[::1]:0"});
  const string address = server.listens_on();
  const auto f = run({"socat", "-t2", "-", "UDP6:" + address}, "from socat");
  CHECK(f.out == "from socat");
  server.signal(SIGINT);
  CHECK(server.wait() == 0);
}

TEST_CASE("udp_echo refuses what makes no sense") {
  CHECK(refuses(run({udp_echo}), "one address is needed"));
  CHECK(refuses(run({udp_echo, "nonsense"}), "'nonsense' has no port"));
  CHECK(refuses(run({udp_echo, "127.0.0.1:65536"}), "has the port '65536'"));
  const auto f = run({udp_echo, "unix:/no/such/folder/s"});
  CHECK(f.status == 1);
  CHECK(f.err.find("listen on unix:/no/such/folder/s") != string::npos);
}
