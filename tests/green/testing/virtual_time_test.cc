// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <chrono>
#include <stdexcept>
#include <string>

#include "green/event.h"
#include "green/green.h"
#include "green/greenlet.h"
#include "green/sys/socket.h"
#include "green/testing.h"
#include "green/timeout.h"
#include "green/unique_fd.h"
#include "green/unistd.h"
#include "tests/support/descriptors.h"

using namespace std::chrono_literals;
namespace testing = green::testing;
using green::task;

TEST_CASE("a day passes at once, and the result comes back") {
  const auto body = [](int days) -> task<std::string> {
    const auto start = green::core::now();
    co_await green::sleep(days * 24h);
    const std::chrono::nanoseconds passed(green::core::now() - start);
    CHECK(passed == days * 24h);
    co_return "done";
  };
  CHECK(testing::run(body, 365) == "done");
}

TEST_CASE("a plain function runs, too") {
  CHECK(testing::run([] { return 7; }) == 7);
}

TEST_CASE("timers end in order, and time stands while something is ready") {
  const auto body = []() -> task<std::string> {
    std::string order;
    const auto wait = [&order](char name, std::chrono::hours h) -> task<> {
      co_await green::sleep(h);
      for (int i = 0; i < 1000; ++i) co_await green::sleep();
      order += name;
    };
    const auto c = green::spawn(wait, 'c', 3h);
    const auto a = green::spawn(wait, 'a', 1h);
    const auto b = green::spawn(wait, 'b', 2h);
    co_await green::joinall({a, b, c});
    co_return order;
  };
  CHECK(testing::run(body) == "abc");
}

TEST_CASE("a deadlock throws the report") {
  const auto body = []() -> task<> {
    green::event never;
    co_await never.wait();
  };
  CHECK_THROWS_AS(testing::run(body), green::loop_exit);
}

TEST_CASE("an exception of the function is thrown") {
  const auto body = []() -> task<> {
    co_await green::sleep(1h);
    throw std::runtime_error("no");
  };
  CHECK_THROWS_WITH_AS(testing::run(body), "no", std::runtime_error);
}

TEST_CASE("a file is real, and time waits for the disk") {
  const auto body = []() -> task<> {
    const green::unique_fd file(::memfd_create("run", MFD_CLOEXEC));
    const green::timeout limit(1ns);
    CHECK(co_await green::pwrite(file.get(), "hello", 5, 0) == 5);
    CHECK(co_await green::fsync(file.get()) == 0);
    char text[5];
    CHECK(co_await green::pread(file.get(), text, 5, 0) == 5);
    CHECK(std::string(text, 5) == "hello");
  };
  testing::run(body);
}

TEST_CASE("a connection is real, and what one end sends the other receives") {
  const auto body = []() -> task<> {
    const tests::socket_pair pair;
    const auto answer = [fd = pair.b.get()]() -> task<> {
      char byte = 0;
      CHECK(co_await green::recv(fd, &byte, 1, 0) == 1);
      co_await green::sleep(30min);
      CHECK(co_await green::send(fd, &byte, 1, 0) == 1);
    };
    const auto peer = green::spawn(answer);
    const auto start = green::core::now();
    char byte = 'x';
    CHECK(co_await green::send(pair.a.get(), &byte, 1, 0) == 1);
    CHECK(co_await green::recv(pair.a.get(), &byte, 1, 0) == 1);
    const std::chrono::nanoseconds passed(green::core::now() - start);
    CHECK(passed == 30min);
    co_await peer.get();
  };
  testing::run(body);
}

TEST_CASE("a request that nobody answers does not hold up time") {
  const auto body = []() -> task<> {
    const tests::socket_pair pair;
    char byte = 0;
    const green::timeout limit(24h);
    co_await green::recv(pair.a.get(), &byte, 1, 0);
  };
  CHECK_THROWS_AS(testing::run(body), green::timed_out);
}

TEST_CASE("after one wait in vain, time jumps at once") {
  const auto body = []() -> task<int> {
    const tests::socket_pair pair;
    const auto listen = [fd = pair.a.get()]() -> task<> {
      char byte = 0;
      co_await green::recv(fd, &byte, 1, 0);
    };
    const auto listener = green::spawn(listen);
    int ticks = 0;
    for (; ticks < 10'000; ++ticks) co_await green::sleep(1s);
    co_await listener.kill();
    co_return ticks;
  };
  CHECK(testing::run(body) == 10'000);
}

TEST_CASE("a run inside a run is refused") {
  const auto body = [] { testing::run([] {}); };
  CHECK_THROWS_AS(green::run(body), std::logic_error);
  CHECK_THROWS_AS(testing::run(body), std::logic_error);
}

TEST_CASE("afterwards the hub is on the machine's time") {
  testing::run([]() -> task<> { co_await green::sleep(1h); });
  CHECK_FALSE(green::core::time_is_virtual());
}
