// SPDX-License-Identifier: MIT
// Servers that end in the middle of things.
#include <doctest/doctest.h>

#include <chrono>
#include <memory>
#include <string>
#include <system_error>
#include <vector>

#include "green/green.h"
#include "green/greenlet.h"
#include "green/semaphore"
#include "green/server.h"
#include "tests/support/servers.h"
#include "tests/support/sockets.h"
#include "tests/support/streams.h"

using green::connect_to;
using green::endpoint;
using green::stream_server;
using green::task;
using green::unique_fd;
using std::string;
using tests::ask;
using tests::pong;
using tests::receive_rest;
using tests::refused;
using namespace std::chrono_literals;

namespace {

// Connects and asks again and again, until the server is gone.
task<int> storm(endpoint where) {
  for (int answers = 0;;) {
    try {
      const unique_fd client = co_await connect_to(where);
      for (int i = 0; i < 3; ++i) {
        if (co_await ask(client) == "PONG") ++answers;
      }
    } catch (const std::system_error& e) {
      if (e.code() == std::errc::connection_refused) co_return answers;
      // Accepted by the kernel, and closed with the listening socket.
      CHECK((e.code() == std::errc::connection_reset ||
             e.code() == std::errc::broken_pipe));
    }
  }
}

task<> until_refused(endpoint where) {
  for (bool gone = false; !gone;) gone = co_await refused(where);
}

}  // namespace

TEST_CASE("stop in a storm of connections loses none") {
  const int before = tests::descriptors_at_rest();
  green::run([]() -> task<> {
    int begun = 0, ended = 0;
    const auto handler = [&](unique_fd fd, endpoint peer) -> task<> {
      struct counted {
        explicit counted(int& n) : count(n) {}
        ~counted() { ++count; }
        int& count;
      };
      ++begun;
      const counted one(ended);
      co_await pong(std::move(fd), peer);
    };
    stream_server server("127.0.0.1:0", handler);
    for (const auto grace : {0ms, 1000ms}) {
      server.start();
      std::vector<green::greenlet<int>> clients;
      for (int i = 0; i < 20; ++i) {
        clients.push_back(green::spawn(storm, server.address()));
      }
      while (begun < 200) co_await green::sleep();
      co_await server.stop(grace);
      CHECK(server.handlers() == 0);
      CHECK(begun == ended);
      int answers = 0;
      for (const auto& client : clients) answers += co_await client.get();
      CHECK(answers >= 100);
      begun = ended = 0;
    }
  });
  CHECK(tests::open_descriptors() == before);
}

TEST_CASE("a killed owner takes the server and its handlers along") {
  const int before = tests::descriptors_at_rest();
  green::run([]() -> task<> {
    endpoint where;
    bool handler_killed = false;
    const auto handler = [&](unique_fd fd, endpoint peer) -> task<> {
      try {
        co_await pong(std::move(fd), peer);
      } catch (const green::killed&) {
        handler_killed = true;
        throw;
      }
    };
    const auto own = [&]() -> task<> {
      stream_server server("127.0.0.1:0", handler);
      server.start();
      where = server.address();
      green::binary_semaphore never(0);
      co_await never.acquire();
    };
    const auto owner = green::spawn(own);
    co_await green::sleep();
    const unique_fd client = co_await connect_to(where);
    CHECK(co_await ask(client) == "PONG");
    co_await owner.kill();
    CHECK(co_await receive_rest(client) == "");
    CHECK(handler_killed);
    co_await until_refused(where);
  });
  CHECK(tests::open_descriptors() == before);
}

TEST_CASE("the end of run takes servers and handlers along") {
  const int before = tests::descriptors_at_rest();
  auto server = std::make_unique<stream_server>("127.0.0.1:0", pong);
  unique_fd client;
  green::run([&]() -> task<> {
    server->start();
    client = co_await connect_to(server->address());
    CHECK(co_await ask(client) == "PONG");
  });
  CHECK(!server->started());
  CHECK(server->handlers() == 0);
  client.reset();
  server.reset();
  CHECK(tests::open_descriptors() == before);
}

TEST_CASE("a server that was destroyed before it ran") {
  const int before = tests::descriptors_at_rest();
  green::run([]() -> task<> {
    endpoint where;
    {
      stream_server server("127.0.0.1:0", pong);
      server.start();
      where = server.address();
    }
    CHECK(co_await refused(where));
  });
  {
    stream_server never_started("127.0.0.1:0", pong);
  }
  {
    stream_server outside("127.0.0.1:0", pong);
    outside.start();
  }
  CHECK(tests::open_descriptors() == before);
}

TEST_CASE("a server that is destroyed before its handlers have begun") {
  const int before = tests::descriptors_at_rest();
  green::run([]() -> task<> {
    auto server = std::make_unique<stream_server>("127.0.0.1:0", pong);
    server->start();
    const unique_fd client = co_await connect_to(server->address());
    // Always ready, it runs after the receiver and before the new handler.
    while (server->handlers() == 0) co_await green::sleep();
    server.reset();
    CHECK(co_await receive_rest(client) == "");
  });
  CHECK(tests::open_descriptors() == before);
}

TEST_CASE("several may stop one server") {
  green::run([]() -> task<> {
    stream_server server("127.0.0.1:0", pong);
    co_await server.stop();  // never started
    server.start();
    const unique_fd client = co_await connect_to(server.address());
    CHECK(co_await ask(client) == "PONG");
    std::vector<green::greenlet<>> stops;
    for (int i = 0; i < 3; ++i) {
      stops.push_back(green::spawn([&] { return server.stop(1h); }));
    }
    for (const auto& stop : stops) co_await stop.get();
    CHECK(server.handlers() == 0);
  });
}

TEST_CASE("stop that is killed in its grace can be called again") {
  green::run([]() -> task<> {
    green::binary_semaphore busy(0), never(0);
    stream_server server("127.0.0.1:0", [&](unique_fd, endpoint) -> task<> {
      busy.release();
      co_await never.acquire();
    });
    server.start();
    const unique_fd client = co_await connect_to(server.address());
    co_await busy.acquire();
    const auto stopping = green::spawn([&] { return server.stop(1h); });
    while (server.started()) co_await green::sleep();
    co_await stopping.kill();
    CHECK(server.handlers() == 1);
    co_await server.stop(0s);
    CHECK(server.handlers() == 0);
    CHECK(co_await receive_rest(client) == "");
  });
}
