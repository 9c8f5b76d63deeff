// SPDX-License-Identifier: MIT
#include "green/latch"

#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <thread>
#include <vector>

#include "green/greenlet.h"
#include "green/timeout.h"
#include "tests/support/death.h"
#include "tests/support/hubs.h"
#include "tests/support/lock_sides.h"
#include "tests/support/virtual_time.h"
#include "tests/support/waiting.h"

using namespace std::chrono_literals;
using tests::others_wait;
using tests::task_of;

static_assert(tests::mirrors(
    static_cast<green::latch_wait (green::latch::*)(std::ptrdiff_t)>(
        &green::latch::arrive_and_wait),
    static_cast<void (std::latch::*)(std::ptrdiff_t)>(
        &std::latch::arrive_and_wait)));
static_assert(tests::mirrors_member<const green::latch, const std::latch>(
    [](auto& latch) { return latch.wait(); }));
static_assert(green::latch::max() >= 1000);

namespace {

constinit green::latch ready_at_start(1);

}  // namespace

TEST_CASE_TEMPLATE("who waits goes on when all have counted down", S,
                   LOCK_SIDES) {
  S::run([]() -> task_of<S> {
    typename S::latch all_done(3), go(1);
    std::atomic<int> done = 0, seen = 0;
    const auto work = [&](int steps) -> task_of<S> {
      co_await go.wait();
      done += steps;
      all_done.count_down(steps);
    };
    const auto look = [&]() -> task_of<S> {
      co_await all_done.wait();
      seen += done;
    };
    typename S::thread a(work, 1), b(work, 2), c(look), d(look);
    co_await S::this_thread::yield();
    CHECK(done == 0);
    CHECK_FALSE(all_done.try_wait());
    go.count_down();
    co_await all_done.wait();
    CHECK(done == 3);
    co_await a.join();
    co_await b.join();
    co_await c.join();
    co_await d.join();
    CHECK(seen == 6);
    CHECK(all_done.try_wait());
    co_await all_done.wait();
    all_done.count_down(0);
  });
}

TEST_CASE_TEMPLATE("parties that arrive and wait meet", S, LOCK_SIDES) {
  S::run([]() -> task_of<S> {
    typename S::latch meeting(5);
    std::atomic<int> before = 0;
    const auto party = [&](int weight) -> task_of<S> {
      ++before;
      co_await meeting.arrive_and_wait(weight);
      CHECK(before == 3);
    };
    typename S::thread a(party, 2), b(party, 2);
    ++before;
    co_await meeting.arrive_and_wait();
    CHECK(before == 3);
    co_await a.join();
    co_await b.join();
  });
}

TEST_CASE_TEMPLATE("a latch of nobody is open", S, LOCK_SIDES) {
  S::run([]() -> task_of<S> {
    typename S::latch open(0);
    CHECK(open.try_wait());
    co_await open.wait();
  });
}

TEST_CASE("kills and timeouts end a wait; what arrived stays arrived") {
  tests::run_virtual([]() -> green::task<> {
    green::latch latch(3);
    const auto arrive = [&]() -> green::task<> {
      co_await latch.arrive_and_wait();
    };
    const auto arrive_late = [&]() -> green::task<> {
      const green::timeout limit(1s);
      co_await latch.arrive_and_wait();
    };
    auto killed = green::spawn(arrive), late = green::spawn(arrive_late);
    co_await others_wait();
    co_await killed.kill();
    CHECK_THROWS_AS(co_await late.get(), green::timed_out);
    CHECK_FALSE(latch.try_wait());
    latch.count_down();
    CHECK(latch.try_wait());
    co_await latch.wait();
  });
}

TEST_CASE("one that is killed before it arrives does not arrive") {
  green::run([]() -> green::task<> {
    green::latch latch(1);
    const auto late = [&]() -> green::task<> {
      green::getcurrent().kill_nowait();
      co_await latch.arrive_and_wait();
      FAIL_CHECK("it was killed");
    };
    auto party = green::spawn(late);
    co_await party.join();
    CHECK(party.was_killed());
    CHECK_FALSE(latch.try_wait());
    latch.count_down();
  });
}

TEST_CASE("green threads of three hubs and threads of the system meet") {
  for (int round = 0; round < 50; ++round) {
    green::latch all_here(8);
    std::atomic<int> here = 0;
    std::thread outsiders[2];
    for (std::thread& outsider : outsiders) {
      outsider = std::thread([&] {
        ++here;
        all_here.count_down();
        while (!all_here.try_wait()) std::this_thread::yield();
        CHECK(here == 8);
      });
    }
    tests::run_hubs(3, [&](int) -> green::task<> {
      const auto party = [&]() -> green::task<> {
        ++here;
        co_await all_here.arrive_and_wait();
        CHECK(here == 8);
      };
      auto other = green::spawn(party);
      co_await party();
      co_await other.join();
    });
    for (std::thread& outsider : outsiders) outsider.join();
  }
  ready_at_start.count_down();
  CHECK(ready_at_start.try_wait());
}

TEST_CASE("a latch that is counted down too far aborts with a message") {
  CHECK(tests::dying_words([] {
          green::latch(1).count_down(2);
        }).find("below zero") != std::string::npos);
}
