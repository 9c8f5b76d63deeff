// SPDX-License-Identifier: MIT
// jthread and async beyond what std has: kills, timeouts, other hubs, OS
// threads.
#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <stop_token>
#include <thread>

#include "green/condition_variable"
#include "green/future"
#include "green/green.h"
#include "green/greenlet.h"
#include "green/latch"
#include "green/mutex"
#include "green/thread"
#include "green/timeout.h"
#include "tests/support/hubs.h"
#include "tests/support/virtual_time.h"
#include "tests/support/waiting.h"

using namespace std::chrono_literals;
using green::task;
using tests::others_wait;

namespace {

// Waits for its stop.
task<> stopped(std::stop_token token) {
  green::mutex mutex;
  green::condition_variable_any condition;
  const auto never = [] { return false; };
  auto lk = co_await mutex.scoped_lock();
  co_await condition.wait(lk, token, never);
}

}  // namespace

TEST_CASE("kills and timeouts end a jthread's join, and leave it joinable") {
  tests::run_virtual([]() -> task<> {
    green::jthread t(stopped);
    const auto join = [&] { return t.join(); };
    CHECK_THROWS_AS(co_await green::with_timeout(5s, join), green::timed_out);
    CHECK(t.joinable());
    const auto joins = [&]() -> task<> { co_await t.join(); };
    const auto joiner = green::spawn(joins);
    co_await others_wait();
    co_await joiner.kill();
    CHECK(joiner.was_killed());
    CHECK(t.joinable());
    CHECK(t.request_stop());
    co_await t.join();
    CHECK_FALSE(t.joinable());
  });
}

TEST_CASE("a jthread is stopped and joined from another hub") {
  green::jthread shared;
  green::latch made(1), joined(1);
  tests::run_hubs(2, [&](int me) -> task<> {
    if (me == 0) {
      shared = green::jthread(stopped);
      made.count_down();
      co_await joined.wait();
    } else {
      co_await made.wait();
      CHECK(shared.request_stop());
      co_await shared.join();
      joined.count_down();
    }
  });
  CHECK_FALSE(shared.joinable());
}

TEST_CASE("an OS thread stops a jthread") {
  std::stop_source stop(std::nostopstate);
  std::atomic<bool> started = false;
  std::thread hub([&] {
    green::run([&]() -> task<> {
      green::jthread t(stopped);
      co_await others_wait();
      stop = t.get_stop_source();
      started = true;
      co_await t.join();
    });
  });
  while (!started) std::this_thread::yield();
  CHECK(stop.request_stop());
  hub.join();
}

TEST_CASE("kills and timeouts end a wait for async, not its function") {
  tests::run_virtual([]() -> task<> {
    const auto work = []() -> task<int> {
      co_await green::sleep(10s);
      co_return 7;
    };
    auto future = green::async(std::launch::async, work);
    const auto get = [&] { return future.get(); };
    CHECK_THROWS_AS(co_await green::with_timeout(5s, get), green::timed_out);
    const auto gets = [&]() -> task<> { co_await future.get(); };
    const auto getter = green::spawn(gets);
    co_await green::sleep(1s);
    co_await getter.kill();
    CHECK(getter.was_killed());
    CHECK(co_await future.get() == 7);
  });
}

TEST_CASE("another hub waits for what async gives") {
  green::future<int> future;
  green::latch made(1), got(1);
  tests::run_hubs(2, [&](int me) -> task<> {
    if (me == 0) {
      const auto work = []() -> task<int> {
        co_await others_wait();
        co_return 7;
      };
      future = green::async(std::launch::async, work);
      made.count_down();
      co_await got.wait();
    } else {
      co_await made.wait();
      CHECK(co_await future.get() == 7);
      got.count_down();
    }
  });
}

TEST_CASE(
    "an OS thread without a hub of its own lets go what async waits for") {
  green::promise<int> promise;
  std::atomic<bool> waits = false;
  std::thread hub([&] {
    green::run([&]() -> task<> {
      auto input = promise.get_future();
      const auto work = [&]() -> task<int> {
        waits = true;
        co_return co_await input.get() + 1;
      };
      auto output = green::async(std::launch::async, work);
      CHECK(co_await output.get() == 8);
    });
  });
  while (!waits) std::this_thread::yield();
  promise.set_value(7);
  hub.join();
}
