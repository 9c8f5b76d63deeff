// SPDX-License-Identifier: MIT
#include "green/core/sleep.h"

#include <doctest/doctest.h>

#include <chrono>
#include <string>
#include <vector>

#include "green/greenlet.h"
#include "green/timeout.h"
#include "tests/support/virtual_time.h"

namespace {

using namespace std::chrono_literals;
using green::task;
using tests::run_virtual;
using numbers = std::vector<int>;

}  // namespace

TEST_CASE("sleepers wake in the order of their deadlines") {
  run_virtual([]() -> task<> {
    numbers log;
    const auto sleeper = [&](int n, std::chrono::milliseconds time) {
      return green::spawn([&log, n, time]() -> task<> {
        co_await green::sleep(time);
        log.push_back(n);
      });
    };
    const std::vector all{sleeper(3, 30ms), sleeper(1, 10ms), sleeper(2, 20ms)};
    co_await green::joinall(all);
    CHECK(log == numbers{1, 2, 3});
  });
}

TEST_CASE("sleepers with one deadline wake in the order of their coming") {
  run_virtual([]() -> task<> {
    numbers log;
    numbers expected;
    std::vector<green::greenlet<>> all;
    for (int i = 0; i < 50; ++i) {
      expected.push_back(i);
      all.push_back(green::spawn([&log, i]() -> task<> {
        co_await green::sleep(1s);
        log.push_back(i);
      }));
    }
    co_await green::joinall(all);
    CHECK(log == expected);
  });
}

TEST_CASE("a sleep lasts as long as it says") {
  run_virtual([]() -> task<> {
    const auto start = green::core::now();
    co_await green::sleep(1ns);
    CHECK(tests::since(start) == 1ns);
    co_await green::sleep(24h);
    CHECK(tests::since(start) == 24h + 1ns);
  });
}

TEST_CASE("a real sleep is never early") {
  green::run([]() -> task<> {
    for (int i = 0; i < 100; ++i) {
      const auto start = std::chrono::steady_clock::now();
      co_await green::sleep(200us);
      CHECK(std::chrono::steady_clock::now() - start >= 200us);
    }
  });
}

TEST_CASE("two who sleep for no time take turns") {
  run_virtual([]() -> task<> {
    std::string log;
    std::vector<green::greenlet<>> all;
    for (const char* name : {"n", "m"}) {
      all.push_back(green::spawn([&log, name]() -> task<> {
        for (const char* step : {"A ", "B ", "C "}) {
          log += std::string(name) + step;
          co_await green::sleep(0s);
        }
      }));
    }
    co_await green::joinall(all);
    CHECK(log == "nA mA nB mB nC mC ");
  });
}

TEST_CASE("a sleep of no or negative time yields, time does not move") {
  run_virtual([]() -> task<> {
    bool other_ran = false;
    const auto start = green::core::now();
    const auto other = green::spawn([&] { other_ran = true; });
    SUBCASE("no time") { co_await green::sleep(0s); }
    SUBCASE("negative time") { co_await green::sleep(-1h); }
    SUBCASE("no argument") { co_await green::sleep(); }
    CHECK(other_ran);
    CHECK(tests::since(start) == 0s);
  });
}

TEST_CASE("a kill ends a sleep and leaves no timer") {
  run_virtual([]() -> task<> {
    bool went_on = false;
    const auto g = green::spawn([&]() -> task<> {
      co_await green::sleep(10h);
      went_on = true;
    });
    co_await green::sleep(1h);
    const auto start = green::core::now();
    co_await g.kill();
    CHECK(tests::since(start) == 0s);
    CHECK(g.was_killed());
    CHECK_FALSE(went_on);
    CHECK(green::core::scheduler::here()->timers().empty());
  });
}

TEST_CASE("a kill ends a yield") {
  run_virtual([]() -> task<> {
    int turns = 0;
    const auto g = green::spawn([&]() -> task<> {
      for (;; ++turns) co_await green::sleep();
    });
    co_await green::sleep();
    co_await green::sleep();
    const int before = turns;
    co_await g.kill();
    CHECK(g.was_killed());
    CHECK(turns == before);
  });
}

TEST_CASE("a sleep that has ended when the kill comes is not interrupted") {
  run_virtual([]() -> task<> {
    bool slept = false;
    bool went_on = false;
    // Armed first, it rings first; the sleeper is ready when it is killed.
    green::greenlet<> sleeper;
    const auto killer = green::spawn([&]() -> task<> {
      co_await green::sleep(1s);
      sleeper.kill_nowait();
    });
    sleeper = green::spawn([&]() -> task<> {
      co_await green::sleep(1s);
      slept = true;
      co_await green::sleep();
      went_on = true;
    });
    co_await sleeper.join();
    CHECK(slept);
    CHECK_FALSE(went_on);
    CHECK(sleeper.was_killed());
    CHECK(killer.ready());
  });
}

TEST_CASE("a sleep without end is ended by a timeout or a kill") {
  run_virtual([]() -> task<> {
    const auto forever = green::spawn(
        []() -> task<> { co_await green::sleep(green::deadline::never()); });
    co_await green::sleep(100h);
    CHECK_FALSE(forever.ready());
    CHECK(forever.state().describe_wait().starts_with("sleep(forever) at "));
    co_await forever.kill();
    const green::timeout limit(1s);
    CHECK_THROWS_AS(co_await green::sleep(green::deadline::never()),
                    green::timed_out);
  });
}

TEST_CASE("a yield lets all others that are ready run first") {
  run_virtual([]() -> task<> {
    numbers log;
    for (int i = 0; i < 500; ++i) {
      green::spawn([&log, i] { log.push_back(i); });
    }
    co_await green::sleep();
    CHECK(log.size() == 500);
    CHECK(log.back() == 499);
  });
}
