// SPDX-License-Identifier: MIT
#include "green/event.h"

#include <doctest/doctest.h>
#include <unistd.h>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "green/green.h"
#include "green/greenlet.h"
#include "green/timeout.h"
#include "tests/support/processes.h"
#include "tests/support/virtual_time.h"

namespace {

using namespace std::chrono_literals;
using green::event;
using green::task;
using std::ref;

task<> wait_and_note(event& e, std::vector<int>& order, int name) {
  co_await e.wait();
  order.push_back(name);
}

}  // namespace

TEST_CASE("set wakes all who wait, in their order") {
  tests::run_virtual([]() -> task<> {
    event e;
    std::vector<int> order;
    for (int i = 0; i < 4; ++i) {
      green::spawn(wait_and_note, ref(e), ref(order), i);
    }
    co_await green::sleep(1s);
    CHECK(order.empty());
    CHECK_FALSE(e.is_set());
    e.set();
    CHECK(e.is_set());
    CHECK(order.empty());  // nobody runs inside set
    co_await green::sleep();
    CHECK(order == std::vector{0, 1, 2, 3});
  });
}

TEST_CASE("wait on a set event does not suspend") {
  tests::run_virtual([]() -> task<> {
    event e;
    e.set();
    bool other_ran = false;
    const auto other = green::spawn([&] { other_ran = true; });
    CHECK(co_await e.wait());
    CHECK(co_await e.wait(1s));
    CHECK_FALSE(other_ran);
    co_await other.join();
  });
}

// G2
TEST_CASE("wait gives false at its deadline") {
  tests::run_virtual([]() -> task<> {
    event e;
    const auto start = green::core::now();
    CHECK_FALSE(co_await e.wait(10ms));
    CHECK(tests::since(start) == 10ms);
    CHECK_FALSE(co_await e.wait(0s));
    CHECK(tests::since(start) == 10ms);
  });
}

TEST_CASE("wait with a deadline gives true when set comes first") {
  tests::run_virtual([]() -> task<> {
    event e;
    const auto start = green::core::now();
    const auto setter = green::spawn_later(1s, [&] { e.set(); });
    CHECK(co_await e.wait(2s));
    CHECK(tests::since(start) == 1s);
  });
}

// G3
TEST_CASE("a late waiter goes on after those whom set has woken") {
  tests::run_virtual([]() -> task<> {
    event e;
    std::vector<int> order;
    green::spawn(wait_and_note, ref(e), ref(order), 1);
    green::spawn(wait_and_note, ref(e), ref(order), 2);
    co_await green::sleep(1s);
    e.set();
    int turns = 0;
    const auto spinner = green::spawn([&]() -> task<> {
      for (;; ++turns) co_await green::sleep();
    });
    co_await wait_and_note(e, order, 3);
    CHECK(order == std::vector{1, 2, 3});
    CHECK(turns == 0);  // it had to wait for nothing else
    co_await spinner.kill();
    // They have all run: from now on, nobody waits for them.
    bool other_ran = false;
    const auto other = green::spawn([&] { other_ran = true; });
    co_await e.wait();
    CHECK_FALSE(other_ran);
    co_await other.join();
  });
}

TEST_CASE("a late waiter that is killed before its turn has got its result") {
  tests::run_virtual([]() -> task<> {
    event e;
    std::vector<int> order;
    std::string log;
    green::spawn(wait_and_note, ref(e), ref(order), 1);
    co_await green::sleep(1s);
    const auto late = green::spawn([&]() -> task<> {
      e.set();
      CHECK(co_await e.wait());
      log += "waited ";
      try {
        co_await green::sleep();
      } catch (const green::killed&) {
        log += "killed";
        throw;
      }
    });
    const auto killer = green::spawn([&] { late.kill_nowait(); });
    co_await late.join();
    CHECK(log == "waited killed");
    CHECK(order == std::vector{1});
  });
}

TEST_CASE("clear right after set does not lose those who waited") {
  tests::run_virtual([]() -> task<> {
    event e;
    const auto waiting = [&]() -> task<bool> { co_return co_await e.wait(1s); };
    const auto a = green::spawn(waiting);
    const auto b = green::spawn(waiting);
    co_await green::sleep();
    e.set();
    e.clear();
    CHECK_FALSE(e.is_set());
    const auto late = green::spawn(waiting);
    CHECK(co_await a.get());
    CHECK(co_await b.get());
    CHECK_FALSE(co_await late.get());
  });
}

TEST_CASE("an event can be used again and again") {
  tests::run_virtual([]() -> task<> {
    event ping;
    event pong;
    int rounds = 0;
    const auto other = green::spawn([&]() -> task<> {
      for (int i = 0; i < 1000; ++i) {
        co_await ping.wait();
        ping.clear();
        ++rounds;
        pong.set();
      }
    });
    for (int i = 0; i < 1000; ++i) {
      CHECK(rounds == i);
      ping.set();
      co_await pong.wait();
      pong.clear();
    }
    co_await other.join();
    CHECK(rounds == 1000);
  });
}

TEST_CASE("a kill ends a wait, and the others go on waiting") {
  tests::run_virtual([]() -> task<> {
    event e;
    std::vector<int> order;
    green::spawn(wait_and_note, ref(e), ref(order), 1);
    const auto victim = green::spawn(wait_and_note, ref(e), ref(order), 2);
    green::spawn(wait_and_note, ref(e), ref(order), 3);
    co_await green::sleep();
    co_await victim.kill();
    CHECK(victim.was_killed());
    e.set();
    co_await green::sleep();
    CHECK(order == std::vector{1, 3});
  });
}

TEST_CASE("a timeout ends a wait") {
  tests::run_virtual([]() -> task<> {
    event e;
    const green::timeout limit(1s);
    CHECK_THROWS_AS(co_await e.wait(), green::timed_out);
    e.set();
    CHECK(co_await e.wait());
  });
}

TEST_CASE("an event may go when set has woken its waiters") {
  tests::run_virtual([]() -> task<> {
    std::optional<event> e(std::in_place);
    std::string log;
    const auto waiting = [&]() -> task<> {
      log += co_await e->wait(1s) ? "woken " : "late ";
      co_await green::sleep();
      log += "never ";
    };
    const auto a = green::spawn(waiting);
    const auto b = green::spawn(waiting);
    co_await green::sleep();
    e->set();
    e.reset();
    // Woken and not run yet: neither may look at the event any more.
    a.kill_nowait();
    co_await b.kill();
    co_await a.join();
    CHECK(log == "woken woken ");
  });
}

TEST_CASE("the main green thread may end with its event just set") {
  bool woken = false;
  tests::run_virtual([&]() -> task<> {
    event e;
    green::spawn([&]() -> task<> { woken = co_await e.wait(); });
    co_await green::sleep();
    e.set();
  });
  CHECK(woken);
}

// F1
TEST_CASE("an event that nobody can set is a deadlock, and is named") {
  const auto stuck = []() -> task<> {
    event e;
    co_await e.wait();
  };
  try {
    green::run(stuck);
    FAIL_CHECK("loop_exit was expected");
  } catch (const green::loop_exit& deadlock) {
    CHECK(std::string(deadlock.what()).find("event 0x") != std::string::npos);
  }
}

// G9
TEST_CASE("an OS thread sets an event that a green thread waits on") {
  green::run([]() -> task<> {
    for (int i = 0; i < 100; ++i) {
      event e;
      std::thread setter([&e] { e.set(); });
      CHECK(co_await e.wait());
      setter.join();
    }
  });
}

TEST_CASE("an OS thread wakes a hub that sleeps, not the hub itself") {
  // With a timer armed the hub does not look for other threads now and then:
  // a wake-up that is lost is lost for an hour.
  const pid_t hub = ::gettid();
  green::run([hub]() -> task<> {
    for (int i = 0; i < 20; ++i) {
      event e;
      std::thread setter([&e, hub] {
        while (!tests::asleep(hub)) std::this_thread::yield();
        e.set();
      });
      CHECK(co_await e.wait(1h));
      setter.join();
    }
  });
}

TEST_CASE("an event wakes green threads of several hubs") {
  event go;
  event parked[2];
  std::vector<std::thread> hubs;
  int woken[2] = {0, 0};
  for (int h = 0; h < 2; ++h) {
    hubs.emplace_back([&, h] {
      green::run([&, h]() -> task<> {
        const auto waiting = [&, h]() -> task<> {
          if (co_await go.wait()) ++woken[h];
        };
        std::vector<green::greenlet<>> all;
        for (int i = 0; i < 10; ++i) all.push_back(green::spawn(waiting));
        co_await green::sleep();
        parked[h].set();
        co_await green::joinall(all);
      });
    });
  }
  green::run([&]() -> task<> {
    co_await parked[0].wait();
    co_await parked[1].wait();
    go.set();
  });
  for (std::thread& hub : hubs) hub.join();
  CHECK(woken[0] == 10);
  CHECK(woken[1] == 10);
}

TEST_CASE("the one who waits may destroy the event at once") {
  green::run([]() -> task<> {
    for (int i = 0; i < 2000; ++i) {
      auto e = std::make_unique<event>();
      std::thread setter([at = e.get()] { at->set(); });
      co_await e->wait();
      e.reset();
      setter.join();
    }
  });
}

TEST_CASE("kills and deadlines race with set from an OS thread") {
  green::run([]() -> task<> {
    for (int i = 0; i < 300; ++i) {
      event e;
      const auto waiting = [&e]() -> task<bool> {
        const bool set = co_await e.wait(50us);
        co_return set;
      };
      const auto late = green::spawn(waiting);
      const auto victim = green::spawn(waiting);
      co_await green::sleep();
      std::thread setter([&e] { e.set(); });
      co_await victim.kill();
      (void)co_await late.get();
      setter.join();
      CHECK(co_await e.wait(0s));
    }
  });
}
