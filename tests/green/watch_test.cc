// SPDX-License-Identifier: MIT
#include "green/watch.h"

#include <doctest/doctest.h>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "green/event.h"
#include "green/green.h"
#include "green/greenlet.h"
#include "green/timeout.h"
#include "tests/support/death.h"
#include "tests/support/virtual_time.h"

namespace {

using namespace std::chrono_literals;
using green::task;
using green::watch;

}  // namespace

TEST_CASE("a watch has its newest value") {
  watch<std::string> w("one");
  CHECK(w.get() == "one");
  w.set("two");
  CHECK(w.get() == "two");
  CHECK(*w.share() == "two");
  const watch<int> from_nothing;
  CHECK(from_nothing.get() == 0);
  watch<std::unique_ptr<int>> moved;
  moved.set(std::make_unique<int>(3));
  CHECK(**moved.share() == 3);
}

TEST_CASE("a receiver sees each change once, and of several the newest") {
  tests::run_virtual([]() -> task<> {
    watch<int> w(0);
    auto seen = w.receiver();
    CHECK_FALSE(co_await seen.changed(1s));  // nothing new
    w.set(1);
    w.set(2);
    CHECK(co_await seen.changed());
    CHECK(co_await seen.changed());  // not looked at yet
    CHECK(seen.get() == 2);
    CHECK_FALSE(co_await seen.changed(1s));
    const auto setter = green::spawn_later(1s, [&w] { w.set(3); });
    const auto start = green::core::now();
    CHECK(co_await seen.changed());
    CHECK(tests::since(start) == 1s);
    CHECK(seen.get() == 3);
    co_await setter.join();
  });
}

TEST_CASE("changed of the watch waits for the next set") {
  tests::run_virtual([]() -> task<> {
    watch<int> w(0);
    w.set(1);
    CHECK_FALSE(co_await w.changed(1s));
    const auto setter = green::spawn_later(1s, [&w] { w.set(2); });
    CHECK(co_await w.changed());
    CHECK(w.get() == 2);
    co_await setter.join();
  });
}

TEST_CASE("set wakes all receivers, in the order of their coming") {
  tests::run_virtual([]() -> task<> {
    watch<int> w(0);
    std::vector<int> order;
    const auto follow = [&](int name) -> task<> {
      auto seen = w.receiver();
      while (co_await seen.changed()) order.push_back(name * 10 + seen.get());
    };
    std::vector<green::greenlet<>> all;
    for (int i = 1; i <= 3; ++i) all.push_back(green::spawn(follow, i));
    co_await green::sleep();
    w.set(1);
    co_await green::sleep();
    w.set(2);
    w.close();
    co_await green::joinall(all);
    CHECK(order == std::vector{11, 21, 31, 12, 22, 32});
    CHECK(w.closed());
    CHECK_FALSE(co_await w.changed());
  });
}

TEST_CASE("a kill ends changed, and the receiver has missed nothing") {
  tests::run_virtual([]() -> task<> {
    watch<int> w(0);
    auto seen = w.receiver();
    const auto wait = [&]() -> task<> { co_await seen.changed(); };
    const auto victim = green::spawn(wait);
    co_await green::sleep();
    co_await victim.kill();
    CHECK(victim.was_killed());
    w.set(1);
    CHECK(co_await seen.changed());
    const auto late = green::spawn(wait);
    late.kill_nowait();
    co_await late.join();
    CHECK(seen.get() == 1);
    const green::timeout limit(1s);
    CHECK_THROWS_AS(co_await seen.changed(), green::timed_out);
  });
}

TEST_CASE("OS threads set what green threads of several hubs watch") {
  constexpr int last = 2000;
  watch<int> w(0);
  std::vector<std::thread> threads;
  for (int h = 0; h < 2; ++h) {
    threads.emplace_back([&w] {
      green::run([&w]() -> task<> {
        auto seen = w.receiver();
        int before = -1;
        int now = seen.get();
        while (now != last) {
          CHECK(now > before);  // never an old value
          before = now;
          co_await seen.changed();
          now = seen.get();
        }
      });
    });
  }
  threads.emplace_back([&w] {
    for (int i = 1; i <= last; ++i) w.set(i);
  });
  for (std::thread& t : threads) t.join();
}

TEST_CASE("the one that was woken may destroy the watch") {
  green::run([]() -> task<> {
    for (int i = 0; i < 500; ++i) {
      auto w = std::make_unique<watch<int>>(0);
      std::thread setter([at = w.get()] { at->set(1); });
      auto seen = w->receiver();
      if (seen.get() == 0) co_await seen.changed();
      setter.join();
      w.reset();
    }
  });
}

TEST_CASE("a watch that is destroyed with waiters names them") {
  const auto words = tests::dying_words([] {
    green::run([]() -> task<> {
      std::optional<watch<int>> w(std::in_place, 0);
      const auto body = [&]() -> task<> { co_await w->changed(); };
      auto waiting = green::spawn(body);
      waiting.set_name("ada");
      co_await green::sleep();
      w.reset();
    });
  });
  CHECK(words.find("a watch was destroyed while green threads wait") !=
        std::string::npos);
  CHECK(words.find(": ada (watch 0x") != std::string::npos);
}
