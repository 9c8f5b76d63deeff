// SPDX-License-Identifier: MIT
#include "green/core/join_set.h"

#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <thread>
#include <vector>

#include "green/greenlet.h"
#include "tests/support/permits.h"
#include "tests/support/virtual_time.h"

namespace {

using namespace std::chrono_literals;
using green::task;
using green::core::join_set;
using tests::permits;
using tests::run_virtual;
using places = std::vector<std::size_t>;

green::greenlet<> sleeper(std::chrono::milliseconds time) {
  return green::spawn([time]() -> task<> { co_await green::sleep(time); });
}

// g++ 12 takes no braced list where something is awaited.
places given(auto... place) { return {static_cast<std::size_t>(place)...}; }

// All ends, in the order in which the set gives them.
task<places> drain(join_set& set) {
  places order;
  for (;;) {
    const std::size_t next = co_await set.next();
    if (next == join_set::none) break;
    order.push_back(next);
  }
  co_return order;
}

}  // namespace

TEST_CASE("an empty set gives nothing, at once") {
  run_virtual([]() -> task<> {
    join_set set;
    CHECK(co_await set.next() == join_set::none);
    CHECK(set.size() == 0);
  });
}

TEST_CASE("ends are given in the order of their coming") {
  run_virtual([]() -> task<> {
    join_set set;
    for (const auto time : {20ms, 10ms, 30ms}) set.add(sleeper(time).state());
    CHECK(co_await drain(set) == given(1, 0, 2));
    CHECK(co_await set.next() == join_set::none);
  });
}

TEST_CASE("a member that was added twice ends twice") {
  run_virtual([]() -> task<> {
    const auto a = sleeper(20ms);
    const auto b = sleeper(10ms);
    join_set set;
    for (const auto& g : {a, b, a}) set.add(g.state());
    CHECK(co_await drain(set) == given(1, 0, 2));
  });
}

TEST_CASE("members that had ended come first, in the order of adding") {
  run_virtual([]() -> task<> {
    const auto a = sleeper(2ms);
    const auto b = sleeper(1ms);
    const auto c = sleeper(5ms);
    co_await green::sleep(3ms);
    join_set set;
    for (const auto& g : {c, a, b}) set.add(g.state());
    CHECK(co_await drain(set) == given(1, 2, 0));
  });
}

TEST_CASE("killed ones have ended too") {
  run_virtual([]() -> task<> {
    const auto a = sleeper(1h);
    const auto b = sleeper(1s);
    join_set set;
    set.add(a.state());
    set.add(b.state());
    a.kill_nowait();
    CHECK(co_await drain(set) == given(0, 1));
  });
}

TEST_CASE("next ends at its deadline, and an end after it is not lost") {
  run_virtual([]() -> task<> {
    join_set set;
    set.add(sleeper(100ms).state());
    CHECK(co_await set.next(99ms) == join_set::none);
    CHECK(co_await set.next(1ms) == 0);
    CHECK(co_await set.next(1ms) == join_set::none);
  });
}

TEST_CASE("a kill while next waits loses no end") {
  run_virtual([]() -> task<> {
    join_set set;
    set.add(sleeper(100ms).state());
    const auto waits = green::spawn([&]() -> task<> { co_await set.next(); });
    co_await green::sleep();
    co_await waits.kill();
    CHECK(waits.was_killed());
    CHECK(co_await set.next() == 0);
  });
}

TEST_CASE("members can be added while others have ended") {
  run_virtual([]() -> task<> {
    join_set set;
    set.add(sleeper(1ms).state());
    CHECK(co_await set.next() == 0);
    CHECK(co_await set.next() == join_set::none);
    set.add(sleeper(1ms).state());
    CHECK(co_await set.next() == 1);
  });
}

TEST_CASE("a set that goes is forgotten by its members") {
  run_virtual([]() -> task<> {
    const auto a = sleeper(10ms);
    {
      join_set set;
      set.add(a.state());
      set.add(a.state());
    }
    co_await a.join();
    CHECK(a.ready());
  });
}

TEST_CASE("a set keeps its members, though no handle is left") {
  run_virtual([]() -> task<> {
    join_set set;
    for (int i = 0; i < 100; ++i) set.add(sleeper(10ms).state());
    co_await green::sleep(20ms);
    CHECK((co_await drain(set)).size() == 100);
  });
}

TEST_CASE("the ends of another hub's green threads") {
  constexpr std::size_t each = 50;
  constexpr int hubs = 3;
  permits go;
  std::atomic<int> ready = 0;
  std::vector<std::vector<green::greenlet<>>> theirs(hubs);
  std::vector<std::thread> threads;
  for (auto& mine : theirs) {
    threads.emplace_back([&] {
      green::run([&]() -> task<> {
        for (std::size_t i = 0; i < each; ++i) {
          mine.push_back(green::spawn([i]() -> task<> {
            co_await green::sleep(std::chrono::microseconds(i % 7 * 100));
          }));
        }
        ++ready;
        co_await go.acquire();
        co_await green::joinall(mine);
      });
    });
  }
  while (ready != hubs) std::this_thread::yield();
  green::run([&]() -> task<> {
    join_set set;
    for (const auto& hub : theirs) {
      for (const auto& g : hub) set.add(g.state());
    }
    for (int i = 0; i < hubs; ++i) go.release();
    const places order = co_await drain(set);
    CHECK(order.size() == hubs * each);
    std::vector<int> seen(hubs * each, 0);
    for (const std::size_t place : order) ++seen[place];
    CHECK(seen == std::vector<int>(hubs * each, 1));
  });
  for (std::thread& t : threads) t.join();
}

TEST_CASE("a set that goes while other hubs end its members") {
  for (int round = 0; round < 100; ++round) {
    permits go;
    std::atomic<bool> ready = false;
    std::vector<green::greenlet<>> theirs;
    std::thread hub([&] {
      green::run([&]() -> task<> {
        for (int i = 0; i < 20; ++i) theirs.push_back(sleeper(0ms));
        ready = true;
        co_await go.acquire();
        co_await green::joinall(theirs);
      });
    });
    while (!ready) std::this_thread::yield();
    {
      join_set set;
      for (const auto& g : theirs) set.add(g.state());
      go.release();
      if (round % 2 == 0) std::this_thread::yield();
    }
    hub.join();
    CHECK(theirs.back().ready());
  }
}
