// SPDX-License-Identifier: MIT
#include "green/interval.h"

#include <doctest/doctest.h>

#include <chrono>
#include <cstdint>
#include <stdexcept>
#include <thread>
#include <vector>

#include "green/green.h"
#include "green/greenlet.h"
#include "green/timeout.h"
#include "green/when.h"
#include "tests/support/virtual_time.h"

namespace {

using namespace std::chrono_literals;
using green::interval;
using green::task;

}  // namespace

TEST_CASE("ticks come at equal distances, whatever the work takes") {
  tests::run_virtual([]() -> task<> {
    const auto start = green::core::now();
    interval ticks(100ms);
    CHECK(ticks.period() == 100ms);
    for (int i = 1; i <= 10; ++i) {
      const std::uint64_t passed = co_await ticks.next();
      CHECK(passed == 1);
      CHECK(tests::since(start) == i * 100ms);
      co_await green::sleep(70ms);
    }
  });
}

TEST_CASE("ticks that were missed are counted and skipped") {
  tests::run_virtual([]() -> task<> {
    const auto start = green::core::now();
    interval ticks(10ms);
    co_await green::sleep(35ms);
    CHECK(co_await ticks.next() == 3);  // at once
    CHECK(tests::since(start) == 35ms);
    CHECK(co_await ticks.next() == 1);
    CHECK(tests::since(start) == 40ms);
  });
}

TEST_CASE("a tick that is killed for is still there") {
  tests::run_virtual([]() -> task<> {
    const auto start = green::core::now();
    interval ticks(1s);
    {
      const green::timeout limit(500ms);
      CHECK_THROWS_AS(co_await ticks.next(), green::timed_out);
    }
    const auto wait = [&]() -> task<> { (void)co_await ticks.next(); };
    const auto victim = green::spawn(wait);
    co_await green::sleep();
    co_await victim.kill();
    CHECK(co_await ticks.next() == 1);
    CHECK(tests::since(start) == 1s);
  });
}

TEST_CASE("each tick is given to one of those that wait") {
  tests::run_virtual([]() -> task<> {
    const auto start = green::core::now();
    interval ticks(1s);
    const auto [a, b] = co_await green::when_all(ticks.next(), ticks.next());
    CHECK(a + b == 2);
    CHECK(tests::since(start) == 2s);
  });
}

TEST_CASE("reset begins a new period") {
  tests::run_virtual([]() -> task<> {
    const auto start = green::core::now();
    interval ticks(1s);
    co_await green::sleep(600ms);
    ticks.reset();
    CHECK(co_await ticks.next() == 1);
    CHECK(tests::since(start) == 1600ms);
  });
}

TEST_CASE("a period that is not positive is refused") {
  CHECK_THROWS_AS(interval(0s), std::invalid_argument);
  CHECK_THROWS_AS(interval(-1s), std::invalid_argument);
}

TEST_CASE("hubs share the ticks of one interval") {
  interval ticks(1ms);
  std::atomic<std::uint64_t> given = 0;
  std::vector<std::thread> hubs;
  const auto begun = std::chrono::steady_clock::now();
  for (int h = 0; h < 2; ++h) {
    hubs.emplace_back([&] {
      green::run([&]() -> task<> {
        for (int i = 0; i < 5; ++i) given += co_await ticks.next();
      });
    });
  }
  for (std::thread& hub : hubs) hub.join();
  const auto took = std::chrono::steady_clock::now() - begun;
  CHECK(given >= 10);
  CHECK(std::chrono::milliseconds(given) <= took + 1ms);
}
