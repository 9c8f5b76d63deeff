// SPDX-License-Identifier: MIT
#include "green/server.h"

#include <doctest/doctest.h>

#include <chrono>
#include <stdexcept>
#include <string>
#include <system_error>
#include <vector>

#include "green/green.h"
#include "green/greenlet.h"
#include "green/semaphore"
#include "green/timeout.h"
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
using tests::receive_text;
using tests::refused;
using tests::reports;
using tests::send_text;
using namespace std::chrono_literals;

namespace {

// Lets all others run until none has anything to do but wait.
task<> settle() {
  for (int i = 0; i < 50; ++i) co_await green::sleep();
}

}  // namespace

TEST_CASE("a server serves from start to stop") {  // O1
  const int before = tests::descriptors_at_rest();
  green::run([]() -> task<> {
    stream_server server("127.0.0.1:0", pong);
    CHECK(!server.started());
    server.start();
    CHECK(server.started());
    CHECK(server.address().port() != 0);
    CHECK(server.address().to_string().starts_with("127.0.0.1:"));
    {
      const unique_fd client = co_await connect_to(server.address());
      CHECK(co_await ask(client) == "PONG");
      CHECK(co_await ask(client) == "PONG");
      CHECK(server.handlers() == 1);
    }
    co_await server.stop();
    CHECK(!server.started());
    CHECK(server.handlers() == 0);
    CHECK(co_await refused(server.address()));
  });
  CHECK(tests::open_descriptors() == before);
}

TEST_CASE("the handler knows its peer") {
  green::run([]() -> task<> {
    endpoint seen;
    green::binary_semaphore done(0);
    stream_server server("127.0.0.1:0",
                         [&](unique_fd, endpoint peer) -> task<> {
                           seen = peer;
                           done.release();
                           co_return;
                         });
    server.start();
    const unique_fd client = co_await connect_to(server.address());
    co_await done.acquire();
    const tests::ipv4 own = tests::local_address(client.get());
    CHECK(seen.to_string() == "127.0.0.1:" + std::to_string(own.port()));
  });
}

TEST_CASE("the handler's return closes the connection") {  // O3
  green::run([]() -> task<> {
    stream_server server("127.0.0.1:0",
                         [](unique_fd, endpoint) -> task<> { co_return; });
    server.start();
    const unique_fd client = co_await connect_to(server.address());
    CHECK(co_await receive_rest(client) == "");
  });
}

TEST_CASE("a descriptor that was moved on stays open") {
  green::run([]() -> task<> {
    unique_fd kept;
    green::binary_semaphore taken(0);
    stream_server server("127.0.0.1:0", [&](unique_fd fd, endpoint) -> task<> {
      kept = std::move(fd);
      taken.release();
      co_return;
    });
    server.start();
    const unique_fd client = co_await connect_to(server.address());
    co_await taken.acquire();
    while (server.handlers() != 0) co_await green::sleep();
    co_await server.stop();
    co_await send_text(kept, "still here");
    CHECK(co_await receive_text(client, 10) == "still here");
  });
}

TEST_CASE("a handler that throws ends its own connection only") {  // O4
  reports errors;
  green::run([]() -> task<> {
    stream_server server("127.0.0.1:0", [](unique_fd fd, endpoint) -> task<> {
      const string asked = co_await receive_text(fd, 4);
      if (asked != "PING") throw std::runtime_error("not a ping");
      co_await send_text(fd, "PONG");
    });
    server.start();
    const unique_fd bad = co_await connect_to(server.address());
    co_await send_text(bad, "oops");
    CHECK(co_await receive_rest(bad) == "");
    const unique_fd good = co_await connect_to(server.address());
    CHECK(co_await ask(good) == "PONG");
    co_await server.stop();
  });
  REQUIRE(errors.messages.size() == 1);
  CHECK(errors.messages[0].starts_with("handler of 127.0.0.1:"));
  CHECK(errors.messages[0].ends_with(": std::runtime_error: not a ping"));
}

TEST_CASE("a plain function that throws ends its connection only") {  // O4
  reports errors;
  green::run([]() -> task<> {
    bool first = true;
    stream_server server("127.0.0.1:0",
                         [&](unique_fd fd, endpoint peer) -> task<> {
                           if (std::exchange(first, false)) throw 42;
                           return pong(std::move(fd), peer);
                         });
    server.start();
    const unique_fd bad = co_await connect_to(server.address());
    CHECK(co_await receive_rest(bad) == "");
    const unique_fd good = co_await connect_to(server.address());
    CHECK(co_await ask(good) == "PONG");
    co_await server.stop();
  });
  REQUIRE(errors.messages.size() == 1);
  CHECK(errors.messages[0].ends_with(": int"));
}

TEST_CASE("two handlers at a time, and the others wait in line") {  // O5
  green::run([]() -> task<> {
    green::counting_semaphore<> arrived(0), release(0);
    const auto handler = [&](unique_fd fd, endpoint) -> task<> {
      arrived.release();
      co_await release.acquire();
      co_await send_text(fd, "done");
    };
    stream_server server("127.0.0.1:0", handler,
                         green::server_options().limit(2));
    server.start();
    std::vector<unique_fd> clients;
    for (int i = 0; i < 4; ++i) {
      clients.push_back(co_await connect_to(server.address()));
    }
    co_await arrived.acquire();
    co_await arrived.acquire();
    co_await settle();
    CHECK(server.handlers() == 2);
    CHECK(!arrived.try_acquire());
    release.release();
    CHECK(co_await receive_rest(clients[0]) == "done");
    co_await arrived.acquire();  // the third, in the place of the first
    co_await settle();
    CHECK(server.handlers() == 2);
    CHECK(!arrived.try_acquire());
    release.release(3);
    for (int i = 1; i < 4; ++i) {
      CHECK(co_await receive_rest(clients[std::size_t(i)]) == "done");
    }
    co_await server.stop();
  });
}

TEST_CASE("a full server can be stopped") {
  const int before = tests::descriptors_at_rest();
  green::run([]() -> task<> {
    stream_server server("127.0.0.1:0", pong, green::server_options().limit(1));
    server.start();
    const unique_fd one = co_await connect_to(server.address());
    const unique_fd two = co_await connect_to(server.address());
    CHECK(co_await ask(one) == "PONG");
    co_await server.stop();
    CHECK(co_await receive_rest(one) == "");
    CHECK(co_await refused(server.address()));
    server.start();
    const unique_fd three = co_await connect_to(server.address());
    CHECK(co_await ask(three) == "PONG");
    co_await server.stop();
  });
  CHECK(tests::open_descriptors() == before);
}

TEST_CASE("stop lets a handler finish its answer") {  // O7
  green::run([]() -> task<> {
    green::binary_semaphore busy(0), answer(0);
    stream_server server("127.0.0.1:0", [&](unique_fd fd, endpoint) -> task<> {
      busy.release();
      co_await answer.acquire();
      co_await send_text(fd, "complete");
    });
    server.start();
    const unique_fd client = co_await connect_to(server.address());
    co_await busy.acquire();
    const auto stopping = green::spawn([&] { return server.stop(1h); });
    while (server.started()) co_await green::sleep();
    CHECK(co_await refused(server.address()));
    CHECK(!stopping.ready());
    answer.release();
    co_await stopping.get();
    CHECK(server.handlers() == 0);
    CHECK(co_await receive_rest(client) == "complete");
  });
}

TEST_CASE("stop closes idle connections at once") {  // O8
  green::run([]() -> task<> {
    stream_server server("127.0.0.1:0", pong);
    server.start();
    const unique_fd client = co_await connect_to(server.address());
    CHECK(co_await ask(client) == "PONG");
    co_await server.stop(1h);
    CHECK(co_await receive_rest(client) == "");
  });
}

TEST_CASE("stop lets a request be read that had come before it") {
  green::run([]() -> task<> {
    green::binary_semaphore busy(0), read(0);
    stream_server server("127.0.0.1:0",
                         [&](unique_fd fd, endpoint peer) -> task<> {
                           busy.release();
                           co_await read.acquire();
                           co_await pong(std::move(fd), peer);
                         });
    server.start();
    const unique_fd client = co_await connect_to(server.address());
    co_await send_text(client, "PING");
    co_await busy.acquire();
    const auto stopping = green::spawn([&] { return server.stop(1h); });
    while (server.started()) co_await green::sleep();
    co_await settle();
    read.release();
    CHECK(co_await receive_rest(client) == "PONG");
    co_await stopping.get();
  });
}

TEST_CASE("end_reads(false) leaves the clients their say") {
  green::run([]() -> task<> {
    stream_server server("127.0.0.1:0", pong,
                         green::server_options().end_reads(false));
    server.start();
    unique_fd client = co_await connect_to(server.address());
    CHECK(co_await ask(client) == "PONG");
    const auto stopping = green::spawn([&] { return server.stop(1h); });
    while (server.started()) co_await green::sleep();
    CHECK(co_await refused(server.address()));
    CHECK(co_await ask(client) == "PONG");
    CHECK(!stopping.ready());
    client.reset();
    co_await stopping.get();
  });
}

TEST_CASE("stop kills the handlers that outlive its grace") {
  const int before = tests::descriptors_at_rest();
  green::run([]() -> task<> {
    green::binary_semaphore busy(0), never(0);
    bool killed = false;
    stream_server server("127.0.0.1:0", [&](unique_fd, endpoint) -> task<> {
      busy.release();
      try {
        co_await never.acquire();
      } catch (const green::killed&) {
        killed = true;
        throw;
      }
    });
    for (const auto grace : {0ms, 10ms}) {
      killed = false;
      server.start();
      const unique_fd client = co_await connect_to(server.address());
      co_await busy.acquire();
      co_await server.stop(grace);
      CHECK(killed);
      CHECK(server.handlers() == 0);
      CHECK(co_await receive_rest(client) == "");
    }
  });
  CHECK(tests::open_descriptors() == before);
}

TEST_CASE("stop leaves alone what a handler's number has become") {
  green::run([]() -> task<> {
    unique_fd other;
    green::binary_semaphore reused(0), never(0);
    auto [a, b] = tests::stream_pair();
    const unique_fd peer(b.release());
    stream_server server("127.0.0.1:0", [&](unique_fd fd, endpoint) -> task<> {
      ::dup2(a, fd.get());
      other = std::move(fd);
      reused.release();
      co_await never.acquire();
    });
    server.start();
    const unique_fd client = co_await connect_to(server.address());
    co_await reused.acquire();
    co_await server.stop(0s);
    co_await send_text(peer, "read");
    CHECK(co_await receive_text(other, 4) == "read");
  });
}

TEST_CASE("a server can be started again, on the same port") {  // O9
  green::run([]() -> task<> {
    stream_server server("127.0.0.1:0", pong);
    server.start();
    const endpoint first = server.address();
    for (int i = 0; i < 3; ++i) {
      const unique_fd client = co_await connect_to(first);
      CHECK(co_await ask(client) == "PONG");
      co_await server.stop();
      CHECK(co_await refused(first));
      co_await server.stop();  // does nothing
      server.start();
      CHECK(server.address() == first);
    }
  });
}

TEST_CASE("a server can be started again in the next run") {
  stream_server server("127.0.0.1:0", pong);
  for (int i = 0; i < 2; ++i) {
    server.start();  // before the hub runs
    green::run([&]() -> task<> {
      const unique_fd client = co_await connect_to(server.address());
      CHECK(co_await ask(client) == "PONG");
    });
    CHECK(!server.started());
    CHECK(server.handlers() == 0);
  }
}

TEST_CASE("serve_forever ends on stop") {  // O12
  green::run([]() -> task<> {
    green::binary_semaphore busy(0), answer(0);
    stream_server server("127.0.0.1:0", [&](unique_fd, endpoint) -> task<> {
      busy.release();
      co_await answer.acquire();
    });
    const auto serving = green::spawn([&] { return server.serve_forever(); });
    while (!server.started()) co_await green::sleep();
    const unique_fd client = co_await connect_to(server.address());
    co_await busy.acquire();
    const auto stopping = green::spawn([&] { return server.stop(1h); });
    while (server.started()) co_await green::sleep();
    co_await settle();
    CHECK(!serving.ready());  // main may return after it
    answer.release();
    co_await serving.get();
    co_await stopping.get();
    CHECK(!server.started());
  });
}

TEST_CASE("serve_forever that is killed or times out stops the server") {
  const int before = tests::descriptors_at_rest();
  green::run([]() -> task<> {
    stream_server server("127.0.0.1:0", pong);
    server.start();
    const auto serving = green::spawn([&] { return server.serve_forever(); });
    const unique_fd client = co_await connect_to(server.address());
    CHECK(co_await ask(client) == "PONG");
    co_await serving.kill();
    CHECK(serving.was_killed());
    CHECK(!server.started());
    CHECK(server.handlers() == 0);
    CHECK(co_await refused(server.address()));

    bool thrown = false;
    try {
      co_await green::with_timeout(10ms,
                                   [&] { return server.serve_forever(); });
    } catch (const green::timed_out&) {
      thrown = true;
    }
    CHECK(thrown);
    CHECK(!server.started());
  });
  CHECK(tests::open_descriptors() == before);
}

TEST_CASE("a handler may stop its server") {
  green::run([]() -> task<> {
    stream_server* self = nullptr;
    const auto handler = [&](unique_fd fd, endpoint) -> task<> {
      co_await self->stop();
      co_await send_text(fd, "stopped");
    };
    stream_server server("127.0.0.1:0", handler);
    self = &server;
    server.start();
    const auto serve = [&]() -> task<> { co_await server.serve_forever(); };
    const auto serving = green::spawn(serve);
    co_await green::sleep();  // it must not begin when all is over
    const unique_fd client = co_await connect_to(server.address());
    co_await serving.get();
    CHECK(co_await receive_rest(client) == "stopped");
  });
}
