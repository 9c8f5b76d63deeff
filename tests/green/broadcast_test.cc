// SPDX-License-Identifier: MIT
#include "green/broadcast.h"

#include <doctest/doctest.h>

#include <chrono>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "green/event.h"
#include "green/green.h"
#include "green/greenlet.h"
#include "green/timeout.h"
#include "green/when.h"
#include "tests/support/virtual_time.h"

namespace {

using namespace std::chrono_literals;
using green::broadcast;
using green::task;

// All that a receiver gets up to the end.
template <class T>
task<std::vector<T>> all_of(green::broadcast_receiver<T> from) {
  std::vector<T> got;
  while (auto value = co_await from.next()) got.push_back(*value);
  co_return got;
}

}  // namespace

TEST_CASE("each receiver gets each value, in the order of sending") {
  tests::run_virtual([]() -> task<> {
    broadcast<std::string> b(10);
    CHECK(b.capacity() == 10);
    b.send("before");
    const auto early = green::spawn(all_of<std::string>, b.receiver());
    const auto other = green::spawn(all_of<std::string>, b.receiver());
    co_await green::sleep();
    b.send("one");
    b.send("two");
    const auto late = green::spawn(all_of<std::string>, b.receiver());
    b.send("three");
    b.close();
    const std::vector<std::string> all = {"one", "two", "three"};
    const std::vector<std::string> last = {"three"};
    CHECK(co_await early.get() == all);
    CHECK(co_await other.get() == all);
    CHECK(co_await late.get() == last);
    CHECK(b.closed());
    CHECK_THROWS_AS(b.send("after"), green::queue_closed);
  });
}

TEST_CASE("a slow receiver misses the oldest, and knows how many") {
  tests::run_virtual([]() -> task<> {
    broadcast<int> b(3);
    auto slow = b.receiver();
    for (int i = 1; i <= 3; ++i) b.send(i);
    CHECK(slow.missed() == 0);
    for (int i = 4; i <= 8; ++i) b.send(i);
    CHECK(slow.missed() == 5);
    CHECK(co_await slow.get() == 6);
    CHECK(slow.missed() == 5);
    b.send(9);
    b.send(10);
    CHECK(slow.missed() == 6);
    CHECK(slow.try_get() == 8);
    CHECK(slow.try_get() == 9);
    CHECK(slow.try_get() == 10);
    CHECK_FALSE(slow.try_get().has_value());
    CHECK(slow.missed() == 6);
  });
}

TEST_CASE("get throws at its deadline, and when nothing is left") {
  tests::run_virtual([]() -> task<> {
    broadcast<int> b(1);
    auto r = b.receiver();
    CHECK_THROWS_AS(co_await r.get(1s), green::queue_empty);
    const auto sender = green::spawn_later(1s, [&b] { b.send(1); });
    CHECK(co_await r.get(2s) == 1);
    b.send(2);
    b.close();
    CHECK(co_await r.get() == 2);
    CHECK_THROWS_AS(co_await r.get(), green::queue_closed);
    const std::optional<int> end = co_await r.next();
    CHECK_FALSE(end.has_value());
    co_await sender.join();
  });
}

TEST_CASE("a kill or timeout takes no value") {
  tests::run_virtual([]() -> task<> {
    broadcast<int> b(4);
    auto r = b.receiver();
    const auto wait = [&]() -> task<> { (void)co_await r.next(); };
    const auto victim = green::spawn(wait);
    co_await green::sleep();
    co_await victim.kill();
    {
      const green::timeout limit(1s);
      CHECK_THROWS_AS(co_await r.next(), green::timed_out);
    }
    b.send(1);
    CHECK(co_await r.get() == 1);
  });
}

TEST_CASE("a value that is there when the kill comes is delivered") {
  tests::run_virtual([]() -> task<> {
    broadcast<int> b(4);
    auto r = b.receiver();
    int got = 0;
    const auto victim = green::spawn([&]() -> task<> {
      got = co_await r.get();
      co_await green::sleep();
    });
    co_await green::sleep();
    b.send(5);
    co_await victim.kill();
    CHECK(got == 5);
    CHECK(victim.was_killed());
  });
}

TEST_CASE("the value of a wait that lost when_any is the next again") {
  tests::run_virtual([]() -> task<> {
    broadcast<int> b(4);
    auto r = b.receiver();
    green::async_result<int> other;
    const auto sender = green::spawn([&] {
      other.set(1);
      b.send(2);
    });
    const auto first = co_await green::when_any(other.get(), r.next());
    CHECK(first.index() == 0);
    CHECK_FALSE(std::get<1>(first.others).has_value());
    CHECK(co_await r.get() == 2);
    co_await sender.join();
  });
}

TEST_CASE("several that wait at one receiver get a value each") {
  tests::run_virtual([]() -> task<> {
    broadcast<int> b(4);
    auto r = b.receiver();
    std::vector<int> got;
    const auto wait = [&]() -> task<> { got.push_back(co_await r.get()); };
    const auto one = green::spawn(wait);
    const auto two = green::spawn(wait);
    co_await green::sleep();
    b.send(1);
    co_await green::sleep();
    CHECK(got == std::vector{1});
    b.send(2);
    co_await one.join();
    co_await two.join();
    CHECK(got == std::vector{1, 2});
  });
}

TEST_CASE("a broadcast needs a capacity") {
  CHECK_THROWS_AS(broadcast<int>(0), std::invalid_argument);
}

TEST_CASE("between hubs, each value is given or counted as missed") {
  static constexpr std::uint64_t sent = 5000;
  broadcast<std::uint64_t> b(16);
  std::vector<std::thread> threads;
  for (int h = 0; h < 2; ++h) {
    threads.emplace_back([r = b.receiver()]() mutable {
      green::run([&r]() -> task<> {
        std::uint64_t got = 0;
        std::uint64_t before = 0;
        while (const auto value = co_await r.next()) {
          CHECK(*value > before);
          before = *value;
          ++got;
        }
        CHECK(before == sent);
        CHECK(got + r.missed() == sent);
      });
    });
  }
  for (std::uint64_t i = 1; i <= sent; ++i) b.send(i);
  b.close();
  for (std::thread& t : threads) t.join();
}
