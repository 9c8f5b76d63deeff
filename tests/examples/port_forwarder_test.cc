// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>
#include <sys/socket.h>

#include <cerrno>
#include <csignal>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "green/endpoint.h"
#include "tests/support/program.h"
#include "tests/support/sockets.h"

using green::endpoint;
using std::string;
using tests::descriptor;
using tests::program;
using tests::refuses;
using tests::run;

namespace {

const string forwarder = "examples/port_forwarder";

// A forwarder to a listening socket of the test.
struct forwarding {
  forwarding() {
    tests::ipv4 own = tests::local_address(listener);
    target = endpoint(own.get(), own.length).to_string();
    server = std::make_unique<program>(
        std::vector<string>{forwarder, "127.0.0.1:0", target});
    address = server->listens_on();
  }
  descriptor client() const {
    const endpoint to(address);
    descriptor fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    REQUIRE(::connect(fd, to.sockaddr(), to.length()) == 0);
    return fd;
  }
  descriptor accepted() const {
    return descriptor(::accept4(listener, nullptr, nullptr, SOCK_CLOEXEC));
  }

  descriptor listener = tests::tcp_listener();
  string target;
  std::unique_ptr<program> server;
  string address;
};

void put(int fd, const string& text) {
  REQUIRE(::send(fd, text.data(), text.size(), MSG_NOSIGNAL) ==
          ssize_t(text.size()));
}

bool at_end(int fd) {
  char byte;
  return ::recv(fd, &byte, 1, 0) == 0;
}

bool is_refused(const string& address) {
  const endpoint to(address);
  const descriptor fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  return ::connect(fd, to.sockaddr(), to.length()) != 0 &&
         errno == ECONNREFUSED;
}

}  // namespace

TEST_CASE("bytes go both ways, and the end of file as well") {
  const forwarding f;
  const descriptor client = f.client();
  const descriptor target = f.accepted();
  put(client, "question");
  CHECK(tests::take(target, 8) == "question");
  put(target, "answer");
  CHECK(tests::take(client, 6) == "answer");
  ::shutdown(client, SHUT_WR);
  CHECK(at_end(target));
  put(target, "and more");
  CHECK(tests::take(client, 8) == "and more");
  ::shutdown(target, SHUT_WR);
  CHECK(at_end(client));
}

TEST_CASE("a reset on one side ends the other") {
  const forwarding f;
  descriptor client = f.client();
  const descriptor target = f.accepted();
  put(client, "x");
  CHECK(tests::take(target, 1) == "x");
  tests::reset_on_close(client);
  client.reset();
  CHECK(at_end(target));
}

TEST_CASE("many bytes both ways at once, through nc") {
  const forwarding f;
  const string data = tests::pattern(3'000'000);
  std::thread echo([&f] {
    const descriptor target = f.accepted();
    char part[10'000];
    for (ssize_t n; (n = ::recv(target, part, sizeof part, 0)) > 0;) {
      if (::send(target, part, size_t(n), MSG_NOSIGNAL) != n) break;
    }
  });
  const string port = std::to_string(endpoint(f.address).port());
  const auto nc = run({"nc", "-N", "127.0.0.1", port}, data);
  echo.join();
  CHECK(nc.status == 0);
  CHECK(nc.out == data);
}

TEST_CASE("a target that refuses closes the client") {
  forwarding f;
  f.listener.reset();
  const descriptor client = f.client();
  CHECK(at_end(client));
  f.server->signal(SIGTERM);
  CHECK(f.server->wait() == 0);
  CHECK(f.server->errors().find("connect to " + f.target + ": ") !=
        string::npos);
}

TEST_CASE("told to stop, it lets the open connections finish") {  // O14
  for (const int signal : {SIGTERM, SIGINT}) {
    forwarding f;
    descriptor client = f.client();
    descriptor target = f.accepted();
    f.server->signal(signal);
    while (!is_refused(f.address)) {
    }
    f.listener.reset();  // and with it those that came before the end
    put(client, "question");
    CHECK(tests::take(target, 8) == "question");
    put(target, "answer");
    CHECK(tests::take(client, 6) == "answer");
    CHECK(f.server->running());
    client.reset();
    target.reset();
    CHECK(f.server->wait() == 0);
    CHECK(f.server->errors().empty());
  }
}

TEST_CASE("told to stop twice, it ends at once") {
  const forwarding f;
  const descriptor client = f.client();
  const descriptor target = f.accepted();
  f.server->signal(SIGTERM);
  while (!is_refused(f.address)) {
  }
  f.server->signal(SIGTERM);
  CHECK(f.server->wait() == 128 + SIGTERM);
}

TEST_CASE("port_forwarder refuses what makes no sense") {
  CHECK(refuses(run({forwarder}), "two addresses are needed"));
  CHECK(refuses(run({forwarder, "127.0.0.1:0"}), "two addresses are needed"));
  CHECK(refuses(run({forwarder, "127.0.0.1:0", "x"}), "'x' has no port"));
  CHECK(refuses(run({forwarder, "x", "127.0.0.1:1"}), "'x' has no port"));
  const auto f = run({forwarder, "unix:/no/such/folder/s", "127.0.0.1:1"});
  CHECK(f.status == 1);
  CHECK(f.err.find("listen on unix:/no/such/folder/s") != string::npos);
}
