// SPDX-License-Identifier: MIT
// Green threads seen from other threads, their names, and interrupts in order.
#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <functional>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "green/core/green_thread.h"
#include "green/core/shield.h"
#include "green/green.h"
#include "green/greenlet.h"
#include "green/timeout.h"
#include "tests/support/permits.h"
#include "tests/support/virtual_time.h"

namespace {

using namespace std::chrono_literals;
using green::task;
using green::core::killed;
using tests::permits;
using tests::run_virtual;
using numbers = std::vector<int>;

// Runs f on an OS thread and waits, awaiting, until it has ended.
task<> on_os_thread(std::function<void()> f) {
  permits over;
  std::thread thread([&] {
    f();
    over.release();
  });
  co_await over.acquire(tests::never, permits::wait::mode::deferred);
  thread.join();
}

}  // namespace

TEST_CASE("a kill from an OS thread ends a wait") {
  permits p;
  green::run([&]() -> task<> {
    const auto g = green::spawn([&]() -> task<> { co_await p.acquire(); });
    while (!p.somebody_waits()) co_await green::sleep();
    co_await on_os_thread([&] { g.kill_nowait(); });
    co_await g.join();
    CHECK(g.was_killed());
  });
}

TEST_CASE("many kills from OS threads, before and after the end") {
  constexpr int rounds = 500;
  std::atomic<int> ended = 0;
  green::run([&]() -> task<> {
    for (int round = 0; round < rounds; ++round) {
      const auto g = green::spawn([&]() -> task<> {
        for (int i = 0; i < 20; ++i) co_await green::sleep();
      });
      std::thread one([&] { g.kill_nowait(); });
      std::thread two([&] {
        g.kill_nowait();
        g.kill_nowait();
      });
      co_await g.join();
      one.join();
      two.join();
      ended += g.ready() ? 1 : 0;
    }
  });
  CHECK(ended == rounds);
}

TEST_CASE("a kill from an OS thread before the start") {
  green::run([]() -> task<> {
    bool ran = false;
    const auto g = green::spawn_later(1h, [&] { ran = true; });
    co_await on_os_thread([&] { g.kill_nowait(); });
    co_await g.join();
    CHECK(g.was_killed());
    CHECK_FALSE(ran);
  });
}

TEST_CASE("a hub waits for kills of other threads that it was promised") {
  // The kill comes when the green thread, and soon the hub, has ended: the
  // message is neither lost memory nor a use after free.
  for (int round = 0; round < 200; ++round) {
    permits given;
    green::greenlet<> g;
    std::atomic<bool> there = false;
    std::thread hub([&] {
      green::run([&]() -> task<> {
        g = green::spawn([]() -> task<> { co_await green::sleep(); });
        there = true;
        co_await g.join();
      });
    });
    while (!there) std::this_thread::yield();
    g.kill_nowait();
    hub.join();
    CHECK(g.ready());
  }
}

TEST_CASE("interrupts are thrown in the order of their coming") {
  run_virtual([]() -> task<> {
    numbers log;
    const auto g = green::spawn([&]() -> task<> {
      const green::timeout limit(1s);
      for (int i = 0; i < 2; ++i) {
        try {
          co_await green::sleep(1h);
        } catch (const killed&) {
          log.push_back(1);
        } catch (const green::timed_out&) {
          log.push_back(2);
        }
      }
    });
    SUBCASE("the timeout first") {
      co_await green::sleep(2s);
      co_await g.kill();
      CHECK(log == numbers{2, 1});
    }
    SUBCASE("the kill first") {
      co_await green::sleep();
      g.kill_nowait();
      co_await g.join();
      CHECK(log == numbers{1, 2});
    }
  });
}

TEST_CASE("while shielded, interrupts stay pending") {
  run_virtual([]() -> task<> {
    numbers log;
    const auto g = green::spawn([&]() -> task<> {
      {
        const green::core::shield guard;
        co_await green::sleep(1s);
        log.push_back(1);
      }
      co_await green::sleep(1s);
      log.push_back(2);
    });
    co_await green::sleep();
    const auto start = green::core::now();
    co_await g.kill();
    CHECK(tests::since(start) == 1s);
    CHECK(log == numbers{1});
    CHECK(g.was_killed());
  });
}

TEST_CASE("a green thread has a number, a name and a birthplace") {
  run_virtual([]() -> task<> {
    const auto one = green::spawn([] {});
    const auto two = green::spawn([] {});
    CHECK(one.id() < two.id());
    CHECK(one.name() == "greenlet-" + std::to_string(one.id()));
    two.set_name("baker");
    CHECK(two.name() == "baker");
    const std::string file = one.state().spawned_at().file_name();
    CHECK(file.ends_with("green_thread_ends_test.cc"));
    co_await one.join();
    co_await two.join();
  });
}

TEST_CASE("a wait is described with its whole chain of awaits") {
  run_virtual([]() -> task<> {
    const auto inner = []() -> task<> { co_await green::sleep(2s); };
    const auto g = green::spawn([&inner]() -> task<> { co_await inner(); });
    co_await green::sleep();
    const std::string wait = g.state().describe_wait();
    const std::string file = "green_thread_ends_test.cc:";
    CHECK(wait.starts_with("sleep(2000 ms left) at "));
    const auto first = wait.find(file);
    const auto second = wait.find(file, first + 1);
    CHECK(first != std::string::npos);
    CHECK(second != std::string::npos);
    CHECK(wait.find(", in ") < second);
    co_await g.kill();
  });
}

TEST_CASE("a handle that goes does not end the green thread") {
  run_virtual([]() -> task<> {
    bool ran = false;
    green::spawn([&]() -> task<> {
      co_await green::sleep(1s);
      ran = true;
    });
    co_await green::sleep(2s);
    CHECK(ran);
  });
}

TEST_CASE("the hub forgets those that have ended") {
  run_virtual([]() -> task<> {
    auto& threads = green::core::scheduler::here()->threads();
    const auto count = [&] {
      int n = 0;
      threads.for_each([&](green::core::green_thread&) { ++n; });
      return n;
    };
    CHECK(count() == 1);
    const auto g = green::spawn([] {});
    CHECK(count() == 2);
    co_await g.join();
    CHECK(count() == 1);
  });
}
