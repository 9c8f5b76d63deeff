// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <csignal>
#include <string>

#include "green/endpoint.h"
#include "tests/support/program.h"
#include "tests/support/sockets.h"

using std::string;
using tests::refuses;
using tests::run;

namespace {

const string activated_server = "examples/activated_server";

// Starts it as systemd does: with the listener as descriptor 3.
string command(int listener, const string& pid) {
  return "LISTEN_FDS=1 LISTEN_PID=" + pid + " exec " + activated_server +
         " 127.0.0.1:0 3<&" + std::to_string(listener);
}

// The bytes that a client gets there.
string answer_of(const green::endpoint& to) {
  const tests::descriptor client(::socket(to.family(), SOCK_STREAM, 0));
  REQUIRE(::connect(client, to.sockaddr(), to.length()) == 0);
  string answer;
  char byte;
  while (::recv(client, &byte, 1, 0) == 1) answer += byte;
  return answer;
}

struct inheritance {
  inheritance() : listener(tests::tcp_listener()) {
    tests::ipv4 own = tests::local_address(listener);
    where = green::endpoint(own.get(), own.length);
    // The shell wants a number of one digit, which children inherit.
    inherited = tests::descriptor(::fcntl(listener, F_DUPFD, 4));
    REQUIRE(inherited < 10);
  }
  tests::descriptor listener;
  tests::descriptor inherited{::dup(0)};
  green::endpoint where;
};

}  // namespace

TEST_CASE("it serves on the socket that it inherits") {
  const inheritance given;
  tests::program server({"/bin/sh", "-c", command(given.inherited, "$$")});
  CHECK(server.listens_on() == given.where.to_string());
  for (int i = 0; i < 2; ++i) {
    const string answer = answer_of(given.where);
    CHECK(answer.size() == string("2001-02-03 04:05:06\n").size());
  }
  server.signal(SIGTERM);
  CHECK(server.wait() == 128 + SIGTERM);
}

TEST_CASE("a socket for another process is left alone") {
  const inheritance given;
  tests::program server({"/bin/sh", "-c", command(given.inherited, "1")});
  const string own = server.listens_on();
  CHECK(own != given.where.to_string());
  CHECK(answer_of(green::endpoint(own)).ends_with("\n"));
}

TEST_CASE("activated_server refuses what makes no sense") {
  CHECK(refuses(run({activated_server}), "one address is needed"));
  CHECK(refuses(run({activated_server, "nonsense"}), "'nonsense'"));
}
