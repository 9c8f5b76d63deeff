// SPDX-License-Identifier: MIT
#include "green/core/time_slice.h"
#include "green/core/shield.h"

#include <doctest/doctest.h>

#include <chrono>
#include <string>

#include "green/core/scheduler.h"
#include "green/core/sleep.h"
#include "green/core/system.h"
#include "green/green.h"
#include "green/greenlet.h"
#include "green/timeout.h"
#include "tests/support/virtual_time.h"

using namespace std::chrono_literals;
using green::task;

namespace {

task<> nothing() { co_return; }

// Computes for so long.
void compute(std::chrono::nanoseconds length) {
  const std::int64_t end = green::core::steady_now() + length.count();
  while (green::core::steady_now() < end) {
  }
}

// How many awaits of what is ready another green thread waits for.
task<int> awaits_before_others(std::chrono::nanoseconds between) {
  bool stop = false;
  int awaits = 0;
  const auto loop = [&]() -> task<> {
    while (!stop && awaits < 100'000) {
      ++awaits;
      compute(between);
      co_await nothing();
    }
  };
  const auto first = green::spawn(loop);
  const auto other = green::spawn([&] { stop = true; });
  co_await first.join();
  co_await other.join();
  co_return awaits;
}

}  // namespace

TEST_CASE("others' turn comes by time") {
  green::run([]() -> task<> {
    CHECK(co_await awaits_before_others(1ms) <= 100);
    const int cheap = co_await awaits_before_others(0ns);
    CHECK(cheap > 1);
    CHECK(cheap < 100'000);
  });
}

TEST_CASE("where time stands still it comes by awaits") {
  tests::run_virtual([]() -> task<> {
    const int first = co_await awaits_before_others(0ns);
    CHECK(first > 1);
    CHECK(first <= 2'000);
    CHECK(co_await awaits_before_others(0ns) == first);
  });
}

// What takes long is followed by a look each time: the stride is found out.
TEST_CASE("one that computes between awaits is soon told from others") {
  green::run([]() -> task<> {
    bool stop = false;
    int turns = 0;
    int awaits = 0;
    const auto loop = [&]() -> task<> {
      for (; awaits < 200; ++awaits) {
        compute(200us);
        co_await nothing();
      }
      stop = true;
    };
    const auto other = [&]() -> task<> {
      while (!stop) {
        ++turns;
        co_await green::sleep();
      }
    };
    const auto a = green::spawn(loop);
    const auto b = green::spawn(other);
    co_await a.join();
    co_await b.join();
    // Two strides of 32 before the first turn, and then one in two awaits.
    CHECK(turns >= 40);
  });
}

TEST_CASE("a pause for others is told as such, and ends no wait") {
  tests::run_virtual([]() -> task<> {
    std::string seen;
    int awaits = 0;
    bool stop = false;
    const auto loop = [&]() -> task<> {
      while (!stop) {
        ++awaits;
        co_await nothing();
      }
      co_await nothing();  // the kill is thrown here at the latest
      seen += " went on";
    };
    const auto victim = green::spawn(loop);
    const auto other = green::spawn([&] {
      seen = victim.state().describe_wait();
      stop = true;
      victim.kill_nowait();
    });
    co_await victim.join();
    co_await other.join();
    CHECK(seen.starts_with("yield at "));
    CHECK(seen.find("went on") == std::string::npos);
    CHECK(victim.was_killed());
    CHECK(awaits > 1);
  });
}

TEST_CASE("an interrupt that waits behind a shield is seen after it") {
  green::run([]() -> task<> {
    int shielded = 0;
    int after = 0;
    const auto loop = [&]() -> task<> {
      green::getcurrent().kill_nowait();
      {
        const green::core::shield undisturbed;
        for (; shielded < 5'000; ++shielded) co_await nothing();
      }
      for (; after < 10; ++after) co_await nothing();
    };
    const auto victim = green::spawn(loop);
    co_await victim.join();
    CHECK(shielded == 5'000);
    CHECK(after == 0);
    CHECK(victim.was_killed());
  });
}

TEST_CASE("two interrupts are thrown at two awaits") {
  green::run([]() -> task<> {
    int thrown = 0;
    const auto body = [&]() -> task<> {
      const green::timeout first(0s);
      const green::timeout second(0s);
      {
        const green::core::shield undisturbed;
        co_await green::sleep(1ms);
      }
      for (int i = 0; i < 3; ++i) {
        try {
          co_await nothing();
        } catch (const green::timed_out&) {
          ++thrown;
        }
      }
    };
    co_await green::spawn(body).join();
    CHECK(thrown == 2);
  });
}
