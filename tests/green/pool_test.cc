// SPDX-License-Identifier: MIT
#include "green/pool.h"

#include <doctest/doctest.h>

#include <array>
#include <atomic>
#include <memory>
#include <ranges>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "green/green.h"
#include "green/greenlet.h"
#include "green/timeout.h"
#include "tests/support/virtual_time.h"

using namespace std::chrono_literals;
using green::pool;

namespace {

green::task<> sleeps(std::chrono::milliseconds time) {
  co_await green::sleep(time);
}

green::task<int> gives(int n) {
  co_await green::sleep(1ms);
  co_return n;
}

}  // namespace

TEST_CASE("J4: spawn waits for a place") {
  tests::run_virtual([]() -> green::task<> {
    pool p(2);
    CHECK(p.places() == 2);
    CHECK(p.free_count() == 2);
    const auto start = green::core::now();
    co_await p.spawn(sleeps, 50ms);
    co_await p.spawn(sleeps, 60ms);
    CHECK(tests::since(start) == 0ms);
    CHECK(p.full());
    CHECK(p.size() == 2);
    auto third = co_await p.spawn(gives, 7);
    CHECK(tests::since(start) == 50ms);
    CHECK(co_await third.get() == 7);
    CHECK(p.free_count() == 1);
    co_await p.join();
    CHECK(p.free_count() == 2);
    CHECK(p.empty());
  });
}

TEST_CASE("those who wait for a place get it in their order") {
  tests::run_virtual([]() -> green::task<> {
    pool p(1);
    std::vector<int> order;
    auto spawns = [&](int n) -> green::task<> {
      co_await p.spawn(sleeps, 10ms);
      order.push_back(n);
    };
    std::vector<green::greenlet<>> all;
    for (int i = 0; i < 5; ++i) all.push_back(green::spawn(spawns, i));
    co_await green::joinall(all);
    CHECK(order == std::vector{0, 1, 2, 3, 4});
    co_await p.join();
  });
}

TEST_CASE("J5: spawn_nowait on a full pool fails at once") {
  tests::run_virtual([]() -> green::task<> {
    pool p(1);
    auto one = p.spawn_nowait(gives, 1);
    CHECK_THROWS_AS(p.spawn_nowait(gives, 2), green::pool_full);
    CHECK(co_await one.get() == 1);
    CHECK(co_await p.spawn_nowait(gives, 3).get() == 3);
  });
}

TEST_CASE("J6: spawn_for gives up at its deadline, and no place is lost") {
  tests::run_virtual([]() -> green::task<> {
    pool p(1);
    co_await p.spawn(sleeps, 1s);
    const auto start = green::core::now();
    bool full = false;
    try {
      co_await p.spawn_for(100ms, sleeps, 1s);
    } catch (const green::pool_full&) {
      full = true;
    }
    CHECK(full);
    CHECK(tests::since(start) == 100ms);
    CHECK(p.size() == 1);
    co_await p.join();
    CHECK(p.free_count() == 1);
    CHECK(co_await (co_await p.spawn_for(100ms, gives, 4)).get() == 4);
    CHECK(p.free_count() == 1);
  });
}

TEST_CASE("a timeout ends the wait for a place") {
  tests::run_virtual([]() -> green::task<> {
    pool p(1);
    co_await p.spawn(sleeps, 1s);
    bool expired = false;
    try {
      const green::timeout limit(100ms);
      co_await p.spawn(sleeps, 1s);
    } catch (const green::timed_out&) {
      expired = true;
    }
    CHECK(expired);
    co_await p.join();
    CHECK(p.free_count() == 1);
  });
}

TEST_CASE("a killed waiter neither loses nor leaks a place") {
  tests::run_virtual([]() -> green::task<> {
    pool p(1);
    auto first = co_await p.spawn(sleeps, 1h);
    bool born = false, killed = false;
    auto spawns = [&]() -> green::task<> {
      co_await p.spawn(sleeps, 10ms);
      born = true;
      try {
        co_await green::sleep(1h);
      } catch (const green::killed&) {
        killed = true;
      }
    };
    // Killed while it waits.
    auto one = green::spawn(spawns);
    co_await green::sleep(0s);
    co_await one.kill();
    CHECK_FALSE(born);
    CHECK(p.free_count() == 0);
    // Killed when it was given the place, but has not run since.
    auto two = green::spawn(spawns);
    co_await green::sleep(0s);
    first.link([&] { two.kill_nowait(); });
    first.kill_nowait();
    co_await two.join();
    CHECK(born);
    CHECK(killed);
    co_await p.join();
    CHECK(p.free_count() == 1);
  });
}

TEST_CASE("a spawn that is killed before it waits takes no place") {
  tests::run_virtual([]() -> green::task<> {
    pool p(1);
    auto spawns = [&]() -> green::task<> {
      green::getcurrent().kill_nowait();
      co_await p.spawn(sleeps, 1h);
    };
    co_await green::spawn(spawns).join();
    CHECK(p.free_count() == 1);
    CHECK(p.empty());
  });
}

TEST_CASE("an argument whose copying throws costs no place") {
  struct fragile {
    fragile() = default;
    fragile(const fragile& other) : copies(other.copies + 1) {
      if (copies == 1) throw std::runtime_error("copied");
    }
    int copies = 0;
  };
  tests::run_virtual([]() -> green::task<> {
    pool p(1);
    const fragile f;
    auto takes = [](const fragile&) {};
    CHECK_THROWS_AS(p.spawn_nowait(takes, f), std::runtime_error);
    CHECK(p.free_count() == 1);
    CHECK(p.empty());
    co_return;
  });
}

TEST_CASE("J8: a member of a full pool that spawns into it runs it inline") {
  tests::run_virtual([]() -> green::task<> {
    pool p(1);
    std::vector<std::string> order;
    auto inner = [&]() -> green::task<int> {
      order.push_back("inner");
      co_await green::sleep(10ms);
      CHECK(p.free_count() == 0);
      co_return 7;
    };
    auto outer = [&]() -> green::task<int> {
      auto g = co_await p.spawn(inner);
      order.push_back("spawned");
      CHECK(g.ready());
      co_return co_await g.get();
    };
    auto g = co_await p.spawn(outer);
    CHECK(co_await g.get() == 7);
    CHECK(order == std::vector<std::string>{"inner", "spawned"});
    CHECK(p.free_count() == 1);
    CHECK(p.empty());
  });
}

TEST_CASE("J8: to any depth, and with its errors") {
  tests::run_virtual([]() -> green::task<> {
    pool p(2);
    std::function<green::task<int>(int)> nests;
    nests = [&](int depth) -> green::task<int> {
      if (depth == 0) throw std::runtime_error("deep");
      auto below = co_await p.spawn(nests, depth - 1);
      co_return co_await below.get();
    };
    auto g = co_await p.spawn(nests, 20);
    std::string what;
    try {
      co_await g.get();
    } catch (const std::runtime_error& e) {
      what = e.what();
    }
    CHECK(what == "deep");
    CHECK(p.free_count() == 2);
  });
}

TEST_CASE("J8: a kill reaches what runs in the member's place") {
  tests::run_virtual([]() -> green::task<> {
    pool p(1);
    bool killed = false;
    auto inner = [&]() -> green::task<> {
      try {
        co_await green::sleep(1h);
      } catch (const green::killed&) {
        killed = true;
        throw;
      }
    };
    auto outer = [&]() -> green::task<> { co_await p.spawn(inner); };
    auto g = co_await p.spawn(outer);
    co_await green::sleep(1ms);
    CHECK(p.size() == 2);
    co_await g.kill();
    CHECK(killed);
    CHECK(p.empty());
    CHECK(p.free_count() == 1);
  });
}

TEST_CASE("describes what waits for it") {
  tests::run_virtual([]() -> green::task<> {
    pool p(1);
    co_await p.spawn(sleeps, 10ms);
    auto spawns = [&]() -> green::task<> { co_await p.spawn(sleeps, 1ms); };
    auto g = green::spawn(spawns);
    co_await green::sleep(0s);
    CHECK(g.state().describe_wait().starts_with("place in pool 0x"));
    co_await g.join();
    co_await p.join();
  });
}

TEST_CASE("one pool bounds two hubs together") {
  pool p(3);
  std::atomic<int> running = 0, most = 0, done = 0;
  auto item = [&]() -> green::task<> {
    const int now = ++running;
    for (int seen = most;
         seen < now && !most.compare_exchange_weak(seen, now););
    co_await green::sleep(0s);
    co_await green::sleep(0s);
    --running;
    ++done;
  };
  auto hub = [&] {
    green::run([&]() -> green::task<> {
      for (int i = 0; i < 300; ++i) co_await p.spawn(item);
      auto counts = [&](int) { return item(); };
      co_await p.map(counts, std::views::iota(0, 100));
      co_await p.join();
    });
  };
  std::thread other(hub);
  hub();
  other.join();
  CHECK(done == 800);
  CHECK(most <= 3);
  CHECK(p.free_count() == 3);
  CHECK(p.empty());
}

TEST_CASE("waiters of two hubs that are killed at random lose no place") {
  pool p(2);
  auto hub = [&](unsigned seed) {
    green::run([&]() -> green::task<> {
      auto random = [&seed] {
        return (seed = seed * 1103515245 + 12345) >> 16;
      };
      auto spawns = [&]() -> green::task<> { co_await p.spawn(sleeps, 0ms); };
      for (int i = 0; i < 300; ++i) {
        std::vector<green::greenlet<>> all;
        for (int j = 0; j < 5; ++j) all.push_back(green::spawn(spawns));
        co_await green::sleep(0s);
        for (auto& g : all) {
          if (random() % 2 == 0) g.kill_nowait();
          if (random() % 3 == 0) co_await green::sleep(0s);
        }
        co_await green::joinall(all);
      }
      co_await p.join();
    });
  };
  std::thread other(hub, 1u);
  hub(2u);
  other.join();
  CHECK(p.free_count() == 2);
}

TEST_CASE("resize to more places lets those in that wait") {
  tests::run_virtual([]() -> green::task<> {
    pool p(1);
    const auto first = co_await p.spawn(sleeps, 10s);
    int in = 0;
    const auto enter = [&]() -> green::task<> {
      co_await p.spawn(sleeps, 10s);
      ++in;
    };
    std::vector<green::greenlet<>> all;
    for (int i = 0; i < 3; ++i) all.push_back(green::spawn(enter));
    co_await green::sleep(1s);
    CHECK(in == 0);
    p.resize(3);
    CHECK(p.places() == 3);
    co_await green::sleep(1s);
    CHECK(in == 2);
    CHECK(p.full());
    co_await p.join();
    co_await green::joinall(all);
    co_await p.join();
    CHECK(p.free_count() == 3);
  });
}

TEST_CASE("resize to fewer places leaves the members, and lets nobody in") {
  tests::run_virtual([]() -> green::task<> {
    pool p(3);
    for (int i = 1; i <= 3; ++i) co_await p.spawn(sleeps, i * 1s);
    p.resize(1);
    CHECK(p.size() == 3);
    CHECK(p.free_count() == 0);
    CHECK_THROWS_AS(p.spawn_nowait(sleeps, 1s), green::pool_full);
    const auto start = green::core::now();
    co_await p.spawn(sleeps, 1s);  // when all three have ended
    CHECK(tests::since(start) == 3s);
    co_await p.join();
    CHECK(p.free_count() == 1);
    p.resize(0);
    CHECK_THROWS_AS(co_await p.spawn_for(1s, sleeps, 1s), green::pool_full);
  });
}
