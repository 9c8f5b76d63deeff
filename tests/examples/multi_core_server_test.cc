// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>
#include <sys/socket.h>

#include <csignal>
#include <string>
#include <vector>

#include "green/endpoint.h"
#include "tests/support/program.h"
#include "tests/support/sockets.h"

using std::string;
using tests::refuses;
using tests::run;

namespace {

const string multi_core_server = "examples/multi_core_server";

string ask(int fd, const string& line) {
  CHECK(::send(fd, line.data(), line.size(), MSG_NOSIGNAL) ==
        static_cast<ssize_t>(line.size()));
  string reply;
  for (char c = 0; c != '\n' && ::recv(fd, &c, 1, 0) == 1;) reply += c;
  return reply;
}

}  // namespace

TEST_CASE("clients of all hubs share the cache") {
  tests::program server({multi_core_server, "127.0.0.1:0", "3"});
  const green::endpoint to(server.listens_on());
  std::vector<tests::descriptor> clients;
  for (int i = 0; i < 40; ++i) {
    clients.emplace_back(::socket(AF_INET, SOCK_STREAM, 0));
    REQUIRE(::connect(clients.back(), to.sockaddr(), to.length()) == 0);
    const string n = std::to_string(i);
    CHECK(ask(clients.back(), "set key" + n + " a value " + n + "\n") ==
          "ok\n");
  }
  for (int i = 0; i < 40; ++i) {
    const string n = std::to_string(39 - i);
    CHECK(ask(clients[static_cast<std::size_t>(i)], "get key" + n + "\r\n") ==
          "= a value " + n + "\n");
  }
  CHECK(ask(clients[0], "get nothing\n") == "none\n");
  CHECK(ask(clients[0], "what\n") == "say: get KEY, or: set KEY VALUE\n");
  server.signal(SIGTERM);
  CHECK(server.wait() == 0);
}

TEST_CASE("multi_core_server refuses what makes no sense") {
  CHECK(refuses(run({multi_core_server}), "an address and a number"));
  CHECK(refuses(run({multi_core_server, "127.0.0.1:0", "0"}),
                "'0' is no number from 1 to 1024"));
  CHECK(refuses(run({multi_core_server, "127.0.0.1:0", "2x"}),
                "'2x' is no number from 1 to 1024"));
  CHECK(refuses(run({multi_core_server, "nonsense", "2"}),
                "'nonsense' has no port"));
}
