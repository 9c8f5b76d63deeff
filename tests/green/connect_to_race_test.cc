// SPDX-License-Identifier: MIT
// connect_to of green/server.h, with several addresses: RFC 8305.
#include <doctest/doctest.h>
#include <sys/socket.h>

#include <cerrno>
#include <chrono>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "green/core/deadline.h"
#include "green/endpoint.h"
#include "green/green.h"
#include "green/greenlet.h"
#include "green/server.h"
#include "green/timeout.h"
#include "green/unique_fd.h"
#include "tests/support/servers.h"
#include "tests/support/sockets.h"
#include "tests/support/virtual_time.h"

using green::connect_options;
using green::connect_to;
using green::endpoint;
using green::task;
using green::unique_fd;
using std::string;
using namespace std::chrono_literals;

namespace {

endpoint address_of(int fd) {
  sockaddr_storage own;
  socklen_t length = sizeof own;
  auto* const any = reinterpret_cast<sockaddr*>(&own);
  REQUIRE(::getsockname(fd, any, &length) == 0);
  return {any, length};
}

endpoint peer_of(const unique_fd& fd) {
  sockaddr_storage other;
  socklen_t length = sizeof other;
  auto* const any = reinterpret_cast<sockaddr*>(&other);
  REQUIRE(::getpeername(fd.get(), any, &length) == 0);
  return {any, length};
}

endpoint closed_port() {
  tests::ipv4 free(tests::free_port());
  return {free.get(), free.length};
}

// Answers no SYN, so that who connects there waits.
struct black_hole {
  endpoint address() { return {full.there.get(), full.there.length}; }
  tests::full_listener full;
};

// A listener on [::1].
unique_fd ip6_listener() {
  const endpoint any("[::1]:0");
  unique_fd fd(::socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0));
  REQUIRE(::bind(fd.get(), any.sockaddr(), any.length()) == 0);
  REQUIRE(::listen(fd.get(), 10) == 0);
  return fd;
}

task<std::system_error> failure(std::vector<endpoint> to,
                                connect_options how = {}) {
  try {
    const unique_fd fd = co_await connect_to(std::move(to), how);
  } catch (const std::system_error& e) {
    co_return e;
  }
  co_return std::system_error(0, std::generic_category(), "connected");
}

}  // namespace

TEST_CASE("an address that does not answer delays the next by 250 ms") {
  const int before = tests::descriptors_at_rest();
  {
    black_hole hole;
    const tests::descriptor listener = tests::tcp_listener();
    const endpoint good = address_of(listener);
    tests::run_virtual([&]() -> task<> {
      const auto start = green::core::now();
      const std::vector<endpoint> one{hole.address(), good};
      const unique_fd first = co_await connect_to(one);
      CHECK(peer_of(first) == good);
      CHECK(tests::since(start) == 250ms);
      const std::vector<endpoint> two{hole.address(), hole.address(), good};
      const unique_fd second = co_await connect_to(two);
      CHECK(tests::since(start) == 750ms);
      const auto short_delay = connect_options().attempt_delay(100ms);
      const unique_fd third = co_await connect_to(two, short_delay);
      CHECK(tests::since(start) == 950ms);
    });
  }
  CHECK(tests::open_descriptors() == before);
}

TEST_CASE("the losers of a race are closed when the winner returns") {
  black_hole hole;
  const tests::descriptor listener = tests::tcp_listener();
  const endpoint good = address_of(listener);
  const int before = tests::descriptors_at_rest();
  green::run([&]() -> task<> {
    const std::vector<endpoint> all{hole.address(), hole.address(), good};
    const unique_fd fd =
        co_await connect_to(all, connect_options().attempt_delay(1ms));
    CHECK(peer_of(fd) == good);
    CHECK(tests::open_descriptors() == before + 1);
  });
}

TEST_CASE("after an error the next address begins at once") {
  green::run([]() -> task<> {
    const tests::descriptor listener = tests::tcp_listener();
    const endpoint good = address_of(listener);
    const std::vector<endpoint> all{closed_port(), endpoint(), good};
    const unique_fd fd =
        co_await connect_to(all, connect_options().attempt_delay(24h));
    CHECK(peer_of(fd) == good);
  });
}

TEST_CASE("the families take turns") {
  black_hole hole;
  const unique_fd listener = ip6_listener();
  const endpoint good = address_of(listener.get());
  tests::run_virtual([&]() -> task<> {
    const auto start = green::core::now();
    const std::vector<endpoint> all{hole.address(), hole.address(),
                                    hole.address(), good};
    const unique_fd fd = co_await connect_to(all);
    CHECK(peer_of(fd) == good);
    CHECK(tests::since(start) == 250ms);
  });
}

TEST_CASE("when no address works, the last error is thrown") {
  const int before = tests::descriptors_at_rest();
  green::run([&]() -> task<> {
    const endpoint bad = closed_port();
    const std::vector<endpoint> all{endpoint("unix:/no/such/file"), bad};
    const std::system_error last = co_await failure(all);
    CHECK(last.code() == std::errc::connection_refused);
    CHECK(string(last.what()).find("connect to " + bad.to_string()) == 0);
  });
  CHECK(tests::open_descriptors() == before);
}

TEST_CASE("a connect_to has a time limit of its own") {
  black_hole hole;
  const int before = tests::descriptors_at_rest();
  tests::run_virtual([&]() -> task<> {
    const endpoint to = hole.address();
    const std::vector<endpoint> one{to}, two{to, to};
    auto start = green::core::now();
    const auto limited = connect_options().timeout(5s);
    for (const auto& all : {one, two}) {
      const std::system_error late = co_await failure(all, limited);
      CHECK(late.code() == std::errc::timed_out);
      CHECK(string(late.what()).find("connect to " + to.to_string()) == 0);
      CHECK(tests::since(start) == 5s);
      start = green::core::now();
    }
    // The earlier one of both counts.
    for (const bool first : {false, true}) {
      const auto both = connect_options()
                            .timeout(first ? 1s : 3s)
                            .until(green::deadline(first ? 3s : 1s));
      const std::system_error late = co_await failure(two, both);
      CHECK(late.code() == std::errc::timed_out);
      CHECK(tests::since(start) == 1s);
      start = green::core::now();
    }
    CHECK(tests::open_descriptors() == before);
  });
}

TEST_CASE("an outer timeout and a kill end all attempts") {
  black_hole hole;
  const int before = tests::descriptors_at_rest();
  green::run([&]() -> task<> {
    const std::vector<endpoint> all(3, hole.address());
    const auto quick = connect_options().attempt_delay(0ms);
    const auto connect = [&]() -> task<> {
      const unique_fd never = co_await connect_to(all, quick);
    };
    const auto connecting = green::spawn(connect);
    while (tests::open_descriptors() != before + 3) co_await green::sleep();
    co_await connecting.kill();
    CHECK(connecting.was_killed());
    CHECK(tests::open_descriptors() == before);
    bool thrown = false;
    try {
      co_await green::with_timeout(1ms, connect);
    } catch (const green::timed_out&) {
      thrown = true;
    }
    CHECK(thrown);
    CHECK(tests::open_descriptors() == before);
  });
}

TEST_CASE("a kill at any moment of a race loses no descriptor") {
  const tests::descriptor listener = tests::tcp_listener(1000);
  const endpoint good = address_of(listener);
  const int before = tests::descriptors_at_rest();
  green::run([&]() -> task<> {
    const auto quick = connect_options().attempt_delay(0ms);
    const std::vector<endpoint> all{closed_port(), good, good, good};
    const auto connect = [&]() -> task<unique_fd> {
      return connect_to(all, quick);
    };
    int connected = 0, killed = 0;
    for (int turns = 0; turns < 40; ++turns) {
      {
        const auto connecting = green::spawn(connect);
        for (int i = 0; i < turns; ++i) co_await green::sleep();
        co_await connecting.kill();
        (connecting.was_killed() ? killed : connected) += 1;
      }
      CHECK(tests::open_descriptors() == before);
    }
    CHECK(connected + killed == 40);
    CHECK(killed > 0);
  });
}
