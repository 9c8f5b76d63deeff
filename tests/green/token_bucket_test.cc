// SPDX-License-Identifier: MIT
#include "green/token_bucket.h"

#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <thread>
#include <vector>

#include "green/green.h"
#include "green/greenlet.h"
#include "green/timeout.h"
#include "tests/support/virtual_time.h"

namespace {

using namespace std::chrono_literals;
using green::task;
using green::token_bucket;

}  // namespace

TEST_CASE("a bucket begins full, and then gives its rate") {
  tests::run_virtual([]() -> task<> {
    token_bucket b(10, 5);
    const auto start = green::core::now();
    for (int i = 0; i < 5; ++i) co_await b.take();
    CHECK(tests::since(start) == 0s);
    for (int i = 1; i <= 20; ++i) {
      co_await b.take();
      CHECK(tests::since(start) == i * 100ms);
    }
  });
}

TEST_CASE("a pause fills the bucket, but not beyond the burst") {
  tests::run_virtual([]() -> task<> {
    token_bucket b(10, 5);
    CHECK(b.rate() == 10);
    CHECK(b.burst() == 5);
    CHECK(b.try_take(5));
    CHECK(b.tokens() == doctest::Approx(0));
    co_await green::sleep(200ms);
    CHECK(b.tokens() == doctest::Approx(2));
    co_await green::sleep(1h);
    CHECK(b.tokens() == doctest::Approx(5));
    CHECK(b.try_take(5));
    CHECK_FALSE(b.try_take());
  });
}

TEST_CASE("those that wait are served in the order of their coming") {
  tests::run_virtual([]() -> task<> {
    token_bucket b(1, 10);
    CHECK(b.try_take(10));
    const auto start = green::core::now();
    std::vector<int> order;
    const auto want = [&](int name, double n) -> task<> {
      co_await b.take(n);
      order.push_back(name);
    };
    const auto much = green::spawn(want, 1, 10);
    const auto little = green::spawn(want, 2, 1);
    co_await green::sleep(5s);
    CHECK_FALSE(b.try_take(1));  // there are 5, but others came first
    co_await little.join();
    CHECK(order == std::vector{1, 2});
    CHECK(tests::since(start) == 11s);
    co_await much.join();
  });
}

TEST_CASE("a kill takes nothing, and the next one goes on at once") {
  tests::run_virtual([]() -> task<> {
    token_bucket b(1, 10);
    CHECK(b.try_take(10));
    const auto start = green::core::now();
    const auto want = [&](double n) -> task<> { co_await b.take(n); };
    const auto first = green::spawn(want, 10);
    const auto second = green::spawn(want, 2);
    const auto third = green::spawn(want, 1);
    co_await green::sleep(1s);
    co_await second.kill();
    co_await first.kill();
    co_await third.join();
    CHECK(tests::since(start) == 1s);
    CHECK(b.tokens() == doctest::Approx(0));
    CHECK_FALSE(b.try_take());
    co_await green::sleep(1s);
    CHECK(b.try_take());
  });
}

TEST_CASE("a timeout ends take") {
  tests::run_virtual([]() -> task<> {
    token_bucket b(1, 1);
    CHECK(b.try_take());
    const green::timeout limit(500ms);
    CHECK_THROWS_AS(co_await b.take(), green::timed_out);
    co_await green::sleep(500ms);
    CHECK(b.try_take());
  });
}

TEST_CASE("take with a deadline gives false, and takes nothing") {
  tests::run_virtual([]() -> task<> {
    token_bucket b(1, 2);
    CHECK(co_await b.take(2, 1s));
    const auto start = green::core::now();
    CHECK_FALSE(co_await b.take(2, 1s));
    CHECK(tests::since(start) == 1s);
    CHECK(co_await b.take(2, 1s));
    CHECK(tests::since(start) == 2s);
    // One that waits behind another.
    const auto other = green::spawn([&]() -> task<> { co_await b.take(2); });
    co_await green::sleep();
    CHECK_FALSE(co_await b.take(1, 1s));
    co_await other.join();
    CHECK(tests::since(start) == 4s);
  });
}

TEST_CASE("numbers that make no sense are refused") {
  CHECK_THROWS_AS(token_bucket(0, 1), std::invalid_argument);
  CHECK_THROWS_AS(token_bucket(1, 0), std::invalid_argument);
  CHECK_THROWS_AS(token_bucket(-1, 1), std::invalid_argument);
  CHECK_THROWS_AS(token_bucket(std::nan(""), 1), std::invalid_argument);
  CHECK_THROWS_AS(token_bucket(std::numeric_limits<double>::infinity(), 1),
                  std::invalid_argument);
  token_bucket b(1, 3);
  CHECK_THROWS_AS(b.try_take(4), std::invalid_argument);
  CHECK_THROWS_AS(b.try_take(-1), std::invalid_argument);
  tests::run_virtual([&]() -> task<> {
    CHECK_THROWS_AS(co_await b.take(4), std::invalid_argument);
  });
  CHECK(b.try_take(0));
  CHECK(b.try_take(3));
}

TEST_CASE("hubs and OS threads share one bucket") {
  token_bucket b(1e-6, 1000);  // what it begins with is all there will be
  std::atomic<int> taken = 0;
  std::vector<std::thread> threads;
  for (int h = 0; h < 2; ++h) {
    threads.emplace_back([&] {
      green::run([&]() -> task<> {
        bool more = co_await b.take(1, 0s);
        for (; more; more = co_await b.take(1, 0s)) ++taken;
      });
    });
    threads.emplace_back([&] {
      while (b.try_take()) ++taken;
    });
  }
  for (std::thread& t : threads) t.join();
  while (b.try_take()) ++taken;  // one may have given up beside another
  CHECK(taken == 1000);
}
