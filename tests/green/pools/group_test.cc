// SPDX-License-Identifier: MIT
// group, of green/pool.h.
#include <doctest/doctest.h>

#include <memory>
#include <stdexcept>
#include <string>
#include <system_error>
#include <thread>
#include <vector>

#include "green/error_handler.h"
#include "green/green.h"
#include "green/greenlet.h"
#include "green/pool.h"
#include "green/timeout.h"
#include "tests/support/virtual_time.h"

using namespace std::chrono_literals;
using green::group;

namespace {

green::task<> sleeps(std::chrono::milliseconds time) {
  co_await green::sleep(time);
}

green::task<int> gives(int n) {
  co_await green::sleep(1ms);
  co_return n;
}

green::task<> fails_after(std::chrono::milliseconds time, const char* what) {
  co_await green::sleep(time);
  throw std::runtime_error(what);
}

green::task<> cleans_up(int& cleaned) {
  try {
    co_await green::sleep(1h);
  } catch (const green::killed&) {
    cleaned = -1;
  }
  co_await green::sleep(50ms);
  cleaned = 1;
}

}  // namespace

TEST_CASE("J1: join waits for the last") {
  tests::run_virtual([]() -> green::task<> {
    group g;
    CHECK(g.empty());
    const auto start = green::core::now();
    g.spawn(sleeps, 100ms);
    g.spawn(sleeps, 200ms);
    CHECK(g.size() == 2);
    co_await g.join();
    CHECK(tests::since(start) == 200ms);
    CHECK(g.size() == 0);
    co_await g.join();  // empty: at once
    CHECK(tests::since(start) == 200ms);
  });
}

TEST_CASE("spawn gives a greenlet, and copies what it is given") {
  tests::run_virtual([]() -> green::task<> {
    group g;
    std::vector<green::greenlet<int>> all;
    for (int i = 0; i < 5; ++i) all.push_back(g.spawn(gives, i));
    for (int i = 0; i < 5; ++i) CHECK(co_await all[size_t(i)].get() == i);
    CHECK(g.empty());
    auto takes = [](std::unique_ptr<int> p, const std::string& s) {
      return *p + int(s.size());
    };
    CHECK(co_await g.spawn(takes, std::make_unique<int>(4), "abc").get() == 7);
  });
}

TEST_CASE("a member leaves when it ends, before those who join it go on") {
  tests::run_virtual([]() -> green::task<> {
    group g;
    auto one = g.spawn(sleeps, 10ms);
    auto two = g.spawn(sleeps, 20ms);
    CHECK(g.contains(one));
    co_await one.join();
    CHECK_FALSE(g.contains(one));
    CHECK(g.contains(two));
    CHECK(g.size() == 1);
    CHECK(g.members() == std::vector<green::any_greenlet>{two});
    co_await two.join();
    CHECK(g.empty());
  });
}

TEST_CASE("join with a deadline") {
  tests::run_virtual([]() -> green::task<> {
    group g;
    const auto start = green::core::now();
    g.spawn(sleeps, 100ms);
    CHECK_FALSE(co_await g.join(50ms));
    CHECK(tests::since(start) == 50ms);
    CHECK(g.size() == 1);
    CHECK(co_await g.join(100ms));
    CHECK(tests::since(start) == 100ms);
  });
}

TEST_CASE("J2: join with raise_error throws what a member threw") {
  tests::run_virtual([]() -> green::task<> {
    group g;
    const auto start = green::core::now();
    g.spawn(sleeps, 100ms);
    auto failing = g.spawn(fails_after, 10ms, "second");
    std::string what;
    try {
      co_await g.join(1s, true);
    } catch (const std::runtime_error& e) {
      what = e.what();
    }
    CHECK(what == "second");
    CHECK(tests::since(start) == 100ms);  // all have ended first
    g.spawn(sleeps, 10ms);
    CHECK(co_await g.join(1s, true));
    auto later = g.spawn(fails_after, 10ms, "not thrown");
    co_await g.join();
    CHECK_THROWS_AS(later.rethrow(), std::runtime_error);
  });
}

TEST_CASE("J3: kill waits, kill_nowait does not") {
  tests::run_virtual([]() -> green::task<> {
    group g;
    g.spawn(sleeps, 1h);
    g.spawn(sleeps, 1h);
    co_await green::sleep(0s);
    co_await g.kill();
    CHECK(g.size() == 0);
    auto one = g.spawn(sleeps, 1h);
    auto two = g.spawn(sleeps, 1h);
    co_await green::sleep(0s);
    g.kill_nowait();
    CHECK(g.size() == 2);
    co_await green::sleep(0s);
    CHECK(g.size() == 0);
    CHECK(one.was_killed());
    CHECK(two.was_killed());
  });
}

TEST_CASE("kill waits for the clean-up, up to a deadline") {
  tests::run_virtual([]() -> green::task<> {
    group g;
    int cleaned = 0;
    g.spawn(cleans_up, std::ref(cleaned));
    co_await green::sleep(0s);
    CHECK_FALSE(co_await g.kill(10ms));
    CHECK(cleaned == -1);
    const auto start = green::core::now();
    co_await g.join();
    CHECK(cleaned == 1);
    CHECK(tests::since(start) == 40ms);
    CHECK(co_await g.kill(10ms));  // nobody is left
  });
}

TEST_CASE("members that have not begun are killed too, and leave") {
  tests::run_virtual([]() -> green::task<> {
    group g;
    bool ran = false;
    auto runs = [&] { ran = true; };
    g.spawn(runs);
    g.spawn(runs);
    co_await g.kill();
    CHECK(g.empty());
    co_await green::sleep(1ms);
    CHECK_FALSE(ran);
  });
}

TEST_CASE("kill reaches members that come while others die") {
  tests::run_virtual([]() -> green::task<> {
    group g;
    auto successor = [&]() -> green::task<> {
      try {
        co_await green::sleep(1h);
      } catch (const green::killed&) {
        g.spawn(sleeps, 1h);
      }
    };
    g.spawn(successor);
    co_await green::sleep(0s);
    co_await g.kill();
    CHECK(g.empty());
  });
}

TEST_CASE("a member that kills its group dies too") {
  tests::run_virtual([]() -> green::task<> {
    group g;
    bool went_on = false;
    auto kills = [&]() -> green::task<> {
      co_await g.kill();
      went_on = true;
    };
    g.spawn(sleeps, 1h);
    auto killer = g.spawn(kills);
    co_await g.join();
    CHECK(killer.was_killed());
    CHECK_FALSE(went_on);
  });
}

TEST_CASE("J9: a member that joins its own group gets an error") {
  tests::run_virtual([]() -> green::task<> {
    group g;
    std::error_code code;
    auto joins = [&]() -> green::task<> {
      try {
        co_await g.join();
      } catch (const std::system_error& e) {
        code = e.code();
      }
    };
    g.spawn(joins);
    co_await g.join();
    CHECK(code == std::errc::resource_deadlock_would_occur);
  });
}

TEST_CASE("a green thread can be added, once, and another group is another") {
  tests::run_virtual([]() -> green::task<> {
    group g, other;
    auto one = green::spawn(sleeps, 10ms);
    CHECK_FALSE(g.contains(one));
    g.add(one);
    g.add(one);
    other.add(one);
    CHECK(g.size() == 1);
    CHECK(g.contains(one));
    CHECK(other.contains(one));
    co_await g.join();
    CHECK(one.ready());
    CHECK(other.empty());
    g.add(one);  // it has ended
    CHECK(g.empty());
  });
}

TEST_CASE("a group may go before its members") {
  tests::run_virtual([]() -> green::task<> {
    green::greenlet<> one, two;
    {
      group g;
      one = g.spawn(sleeps, 10ms);
      two = green::spawn(sleeps, 20ms);
      g.add(two);
    }
    co_await one.join();
    co_await two.join();
    CHECK(one.successful());
    CHECK(two.successful());
  });
}

TEST_CASE("a killed or timed out join leaves the members alone") {
  tests::run_virtual([]() -> green::task<> {
    group g;
    g.spawn(sleeps, 100ms);
    auto joins = [&]() -> green::task<> { co_await g.join(); };
    auto joiner = green::spawn(joins);
    co_await green::sleep(10ms);
    co_await joiner.kill();
    CHECK(joiner.was_killed());
    bool expired = false;
    try {
      const green::timeout limit(10ms);
      co_await g.join();
    } catch (const green::timed_out&) {
      expired = true;
    }
    CHECK(expired);
    CHECK(g.size() == 1);
    co_await g.join();
  });
}

TEST_CASE("B8: a member's error is reported, and a report that fails is none") {
  int reports = 0;
  auto failing = [&](const green::unhandled_error&) {
    ++reports;
    throw std::runtime_error("no place to write to");
  };
  const auto before = green::set_error_handler(failing);
  tests::run_virtual([]() -> green::task<> {
    group g;
    g.spawn(fails_after, 1ms, "expected on stderr: B8");
    co_await g.join();
    CHECK(g.empty());
    green::pool p(1);
    co_await p.spawn(fails_after, 1ms, "expected on stderr: B8");
    co_await p.join();
    CHECK(p.free_count() == 1);
  });
  green::set_error_handler(before);
  CHECK(reports == 2);
}

TEST_CASE("map and imap of a group are not bounded") {
  tests::run_virtual([]() -> green::task<> {
    group g;
    const auto start = green::core::now();
    auto late = [](int ms) -> green::task<int> {
      co_await green::sleep(std::chrono::milliseconds(ms));
      co_return ms;
    };
    const std::vector<int> times{30, 10, 20};
    CHECK(co_await g.map(late, times) == times);
    CHECK(tests::since(start) == 30ms);
    auto results = g.imap_unordered(late, times);
    std::vector<int> order;
    while (auto result = co_await results.next()) order.push_back(*result);
    CHECK(order == std::vector{10, 20, 30});
    CHECK(tests::since(start) == 60ms);
  });
}

TEST_CASE("describes what waits for it") {
  tests::run_virtual([]() -> green::task<> {
    group g;
    g.spawn(sleeps, 10ms);
    auto joins = [&]() -> green::task<> { co_await g.join(); };
    auto joiner = green::spawn(joins);
    co_await green::sleep(0s);
    CHECK(joiner.state().describe_wait().starts_with("join of group 0x"));
    co_await g.join();
  });
}

TEST_CASE("members of two hubs") {
  group g;
  auto many = [&] {
    green::run([&]() -> green::task<> {
      for (int i = 0; i < 200; ++i) {
        g.spawn(gives, i);
        if (i % 10 == 0) co_await green::sleep(0s);
      }
      co_await g.join();
    });
  };
  std::thread other(many);
  many();
  other.join();
  CHECK(g.empty());
}

TEST_CASE("a group is killed from another hub, and from a plain thread") {
  group g;
  std::thread other([&] {
    green::run([&]() -> green::task<> {
      for (int i = 0; i < 100; ++i) g.spawn(sleeps, 1h);
      co_await g.join();
    });
  });
  while (g.size() != 100) std::this_thread::yield();
  green::run([&]() -> green::task<> { co_await g.kill(); });
  other.join();
  CHECK(g.empty());
  std::thread third([&] {
    green::run([&]() -> green::task<> {
      for (int i = 0; i < 100; ++i) g.spawn(sleeps, 1h);
      co_await g.join();
    });
  });
  while (g.size() != 100) std::this_thread::yield();
  g.kill_nowait();
  third.join();
  CHECK(g.empty());
}
