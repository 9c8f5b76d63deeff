// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include <chrono>
#include <stdexcept>
#include <string_view>
#include <thread>

#include "green/debug.h"
#include "green/event.h"
#include "green/green.h"
#include "green/greenlet.h"
#include "green/hub.h"
#include "green/sys/socket.h"
#include "green/threadpool.h"
#include "tests/support/sockets.h"
#include "tests/support/standard_error.h"
#include "tests/support/virtual_time.h"
#include "tests/support/waiting.h"

using namespace std::chrono_literals;
using green::hub_statistics;
using green::statistics;
using green::task;

namespace {

hub_statistics::requests_of requests(const char* kind) {
  for (const auto& one : statistics().requests) {
    if (std::string_view(one.kind) == kind) return one;
  }
  return {kind, 0, 0};
}

// On a thread of its own, whose hub has done nothing before.
template <class F>
void run_fresh(F f) {
  std::thread([&f] { green::run(f); }).join();
}

task<> nothing() { co_return; }

}  // namespace

TEST_CASE("green threads are counted: live, ready, spawned and failed") {
  const tests::standard_error reported;
  run_fresh([]() -> task<> {
    CHECK(statistics().live == 1);
    CHECK(statistics().spawned == 1);
    green::event go;
    const auto wait = [&]() -> task<> { co_await go.wait(); };
    const auto fail = []() -> task<> {
      throw std::runtime_error("no such thing");
      co_return;
    };
    for (int i = 0; i < 3'000; ++i) green::spawn(wait);
    const auto failing = green::spawn(fail);
    CHECK(statistics().live == 3'002);
    CHECK(statistics().spawned == 3'002);
    CHECK(statistics().ready == 3'001);
    co_await tests::others_wait();
    CHECK(statistics().ready == 0);
    CHECK(statistics().live == 3'001);
    CHECK(statistics().failed == 1);
    go.set();
    CHECK(statistics().ready == 3'000);
    co_await tests::others_wait();
    CHECK(statistics().live == 1);
    CHECK(statistics().spawned == 3'002);
    const auto killed = green::spawn(nothing);
    killed.kill_nowait();
    CHECK(statistics().live == 1);
    CHECK(statistics().failed == 1);
  });
}

TEST_CASE("a leak of green threads is seen") {
  run_fresh([]() -> task<> {
    green::event never;
    const auto leak = [&]() -> task<> { co_await never.wait(); };
    const auto before = statistics();
    for (int i = 0; i < 100; ++i) {
      green::spawn(leak);
      co_await green::spawn(nothing).join();
    }
    const auto after = statistics();
    CHECK(after.spawned - before.spawned == 200);
    CHECK(after.live - before.live == 100);
    never.set();
    co_await tests::others_wait();
    CHECK(statistics().live == before.live);
  });
}

TEST_CASE("other threads' posts and green threads are counted") {
  run_fresh([]() -> task<> {
    const green::hub_ref here = green::this_hub();
    const auto before = statistics();
    std::thread([&] {
      for (int i = 0; i < 10; ++i) here.spawn(nothing);
    }).join();
    // They come at the end of a turn.
    while (statistics().spawned - before.spawned < 10) co_await green::sleep();
    co_await tests::others_wait();
    const auto after = statistics();
    CHECK(after.posts - before.posts == 10);
    CHECK(after.spawned - before.spawned == 10);
    CHECK(after.live == before.live);
  });
}

TEST_CASE("another hub is asked by spawn") {
  run_fresh([]() -> task<> {
    const green::hub_ref here = green::this_hub();
    const int mine = statistics().os_thread;
    int theirs = 0;
    const auto ask = [&]() -> task<> {
      const auto told = co_await here.spawn(statistics).get();
      theirs = told.os_thread;
      CHECK(statistics().os_thread != theirs);
    };
    co_await green::run_on_each(1, ask);
    CHECK(theirs == mine);
  });
}

TEST_CASE("a request is in flight, and then done") {
  run_fresh([]() -> task<> {
    auto [a, b] = tests::stream_pair();
    const int fd = a;
    const auto receive = [fd]() -> task<> {
      char byte;
      co_await green::recv(fd, &byte, 1, 0);
    };
    CHECK(requests("recv").in_flight == 0);
    const auto reader = green::spawn(receive);
    co_await tests::others_wait();
    CHECK(requests("recv").in_flight == 1);
    CHECK(requests("recv").done == 0);
    const auto calls = statistics().system_calls;
    co_await green::send(b, "x", 1, 0);
    co_await reader.join();
    CHECK(requests("recv").in_flight == 0);
    CHECK(requests("recv").done == 1);
    CHECK(requests("send").done == 1);
    CHECK(statistics().system_calls > calls);
  });
}

TEST_CASE("virtual time that passes is idle, and no timer is late") {
  std::thread([] {
    tests::run_virtual([]() -> task<> {
      const auto before = statistics();
      CHECK(before.timers == 0);
      const auto sleep = []() -> task<> { co_await green::sleep(2h); };
      const auto sleeper = green::spawn(sleep);
      co_await green::sleep(1h);
      const auto between = statistics();
      CHECK(between.idle - before.idle == 1h);
      CHECK(between.age - before.age == 1h);
      CHECK(between.timers == 1);
      co_await sleeper.join();
      const auto after = statistics();
      CHECK(after.idle - before.idle == 2h);
      CHECK(after.timers_fired - before.timers_fired == 2);
      CHECK(after.late_most == 0ns);
      CHECK(after.turns > before.turns);
    });
  }).join();
}

TEST_CASE("a timer behind a green thread that computes is late") {
  run_fresh([]() -> task<> {
    const auto compute = [] { std::this_thread::sleep_for(20ms); };
    const auto computing = green::spawn(compute);
    co_await green::sleep(1ms);
    const auto now = statistics();
    CHECK(now.late_most >= 18ms);
    CHECK(now.late_p99 <= now.late_most);
    CHECK(now.late_p50 <= now.late_p99);
    CHECK(now.working >= 18ms);
    CHECK(now.age == now.working + now.in_kernel + now.idle);
  });
}

TEST_CASE("helper threads are busy, or wait for a job") {
  run_fresh([]() -> task<> {
    green::threadpool helpers(1);
    std::size_t busy = 0;
    const auto look = [&busy] { busy = statistics().helpers_busy; };
    co_await helpers.apply(look);
    CHECK(busy >= 1);
    // It was listed before it woke this one.
    CHECK(statistics().helpers_busy + statistics().helpers_waiting >= 1);
  });
}
