// SPDX-License-Identifier: MIT
// datagram_server of green/server.h.
#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/socket.h>

#include <chrono>
#include <stdexcept>
#include <string>
#include <system_error>

#include "green/green.h"
#include "green/greenlet.h"
#include "green/semaphore"
#include "green/server.h"
#include "green/sys/socket.h"
#include "tests/support/servers.h"
#include "tests/support/sockets.h"

using green::datagram_server;
using green::endpoint;
using green::task;
using green::unique_fd;
using std::string;
using namespace std::chrono_literals;

namespace {

// A socket that sends to a server and takes what it answers.
struct client {
  explicit client(const endpoint& server, const char* own)
      : fd(::socket(server.family(), SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
    const endpoint here(own);
    REQUIRE(::bind(fd.get(), here.sockaddr(), here.length()) == 0);
    REQUIRE(::connect(fd.get(), server.sockaddr(), server.length()) == 0);
  }
  task<> send(string text) const {
    const ssize_t n =
        co_await green::send(fd.get(), text.data(), text.size(), MSG_NOSIGNAL);
    CHECK(n == ssize_t(text.size()));
  }
  task<string> receive() const {
    string text(70000, '\0');
    const ssize_t n =
        co_await green::recv(fd.get(), text.data(), text.size(), 0);
    REQUIRE(n >= 0);
    text.resize(std::size_t(n));
    co_return text;
  }

  unique_fd fd;
};

// The client's address is one of the loopback device, unless it is given.
task<> counts_bytes(string address, string own) {
  datagram_server* self = nullptr;
  const auto handler = [&](string data, endpoint from) -> task<> {
    co_await self->send_to("Received " + std::to_string(data.size()) + " bytes",
                           from);
  };
  datagram_server server(address, handler);
  self = &server;
  server.start();
  if (own.empty()) {
    own = server.address().family() == AF_INET6 ? "[::1]:0" : "127.0.0.1:0";
  }
  const client one(server.address(), own.c_str());
  for (const std::size_t size : {5u, 0u, 1000u, 60000u}) {
    co_await one.send(string(size, 'x'));
    const string expected = "Received " + std::to_string(size) + " bytes";
    CHECK(co_await one.receive() == expected);
  }
  co_await server.stop();
}

}  // namespace

TEST_CASE("a datagram server answers") {  // O13
  const int before = tests::descriptors_at_rest();
  for (const char* address : {"127.0.0.1:0", "localhost:0", "[::1]:0"}) {
    green::run(counts_bytes, address, "");
  }
  green::run(counts_bytes, tests::own_address("dgram"),
             tests::own_address("peer"));
  CHECK(tests::open_descriptors() == before);
}

TEST_CASE("the data of a datagram, and its sender") {
  green::run([]() -> task<> {
    string data;
    endpoint from;
    green::binary_semaphore seen(0);
    datagram_server server("127.0.0.1:0", [&](string d, endpoint f) -> task<> {
      data = std::move(d);
      from = f;
      seen.release();
      co_return;
    });
    server.start();
    const client one(server.address(), "127.0.0.1:0");
    co_await one.send("hello\0there");
    co_await seen.acquire();
    CHECK(data == "hello");
    tests::ipv4 own = tests::local_address(one.fd.get());
    CHECK(from == endpoint(own.get(), own.length));
  });
}

TEST_CASE("the handlers of a datagram server are bounded too") {  // O5
  green::run([]() -> task<> {
    green::counting_semaphore<> arrived(0), release(0);
    const auto handler = [&](string, endpoint) -> task<> {
      arrived.release();
      co_await release.acquire();
    };
    datagram_server server("127.0.0.1:0", handler,
                           green::server_options().limit(2));
    server.start();
    const client one(server.address(), "127.0.0.1:0");
    for (int i = 0; i < 4; ++i) co_await one.send("x");
    co_await arrived.acquire();
    co_await arrived.acquire();
    for (int i = 0; i < 50; ++i) co_await green::sleep();
    CHECK(server.handlers() == 2);
    CHECK(!arrived.try_acquire());
    release.release(4);
    co_await arrived.acquire();
    co_await arrived.acquire();
    co_await server.stop();
  });
}

TEST_CASE("stop lets a datagram be answered, and frees the port") {  // O7 O9
  green::run([]() -> task<> {
    datagram_server* self = nullptr;
    green::binary_semaphore busy(0), answer(0);
    const auto handler = [&](string, endpoint from) -> task<> {
      busy.release();
      co_await answer.acquire();
      co_await self->send_to("late", from);
    };
    datagram_server server("127.0.0.1:0", handler);
    self = &server;
    server.start();
    const endpoint where = server.address();
    const client one(where, "127.0.0.1:0");
    for (int i = 0; i < 2; ++i) {
      co_await one.send("x");
      co_await busy.acquire();
      const auto stopping = green::spawn([&] { return server.stop(1h); });
      while (server.started()) co_await green::sleep();
      answer.release();
      CHECK(co_await one.receive() == "late");
      co_await stopping.get();
      CHECK(server.handlers() == 0);
      server.start();
      CHECK(server.address() == where);
    }
    co_await server.stop();
    bool thrown = false;
    try {
      co_await server.send_to("x", where);
    } catch (const std::system_error& e) {
      thrown = e.code() == std::errc::bad_file_descriptor;
      CHECK(string(e.what()).starts_with("send to " + where.to_string()));
    }
    CHECK(thrown);
  });
}

TEST_CASE("serve_forever of a datagram server ends on stop") {  // O12
  green::run([]() -> task<> {
    datagram_server server("127.0.0.1:0",
                           [](string, endpoint) -> task<> { co_return; });
    const auto serving = green::spawn([&] { return server.serve_forever(); });
    while (!server.started()) co_await green::sleep();
    co_await server.stop();
    co_await serving.get();
  });
}

TEST_CASE("a datagram handler that throws is reported") {  // O4
  tests::reports errors;
  green::run([]() -> task<> {
    datagram_server* self = nullptr;
    const auto handler = [&](string data, endpoint from) -> task<> {
      if (data == "bad") throw std::runtime_error("bad datagram");
      co_await self->send_to("good", from);
    };
    datagram_server server("127.0.0.1:0", handler);
    self = &server;
    server.start();
    const client one(server.address(), "127.0.0.1:0");
    co_await one.send("bad");
    co_await one.send("good");
    CHECK(co_await one.receive() == "good");
  });
  REQUIRE(errors.messages.size() == 1);
  CHECK(errors.messages[0].starts_with("handler of 127.0.0.1:"));
}

TEST_CASE("a datagram to nowhere says so") {
  green::run([]() -> task<> {
    datagram_server server(tests::own_address("dgram"),
                           [](string, endpoint) -> task<> { co_return; });
    server.start();
    for (const char* target : {"unix:/no/such/file", "unix:@green-nobody"}) {
      bool thrown = false;
      try {
        co_await server.send_to("x", endpoint(target));
      } catch (const std::system_error& e) {
        thrown = string(e.what()).starts_with(string("send to ") + target);
      }
      CHECK(thrown);
    }
  });
}
