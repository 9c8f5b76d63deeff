// SPDX-License-Identifier: MIT
// green/thread: ends that terminate, kills, and what green alone promises.
#include <doctest/doctest.h>

#include <chrono>
#include <csignal>
#include <exception>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>

#include "green/greenlet.h"
#include "green/thread"
#include "green/timeout.h"
#include "tests/support/death.h"
#include "tests/support/oracle.h"
#include "tests/support/virtual_time.h"

using namespace std::chrono_literals;
using green::task;
using tests::run_virtual;
using tests::task_of;
using tests::terminates;

namespace {}  // namespace

TEST_CASE_TEMPLATE("to destroy a joinable thread terminates", S, SIDES) {
  CHECK(terminates([] {
    S::run([]() -> task_of<S> {
      const typename S::thread t([] {});
      co_return;
    });
  }));
}

TEST_CASE_TEMPLATE("to assign to a joinable thread terminates", S, SIDES) {
  CHECK(terminates([] {
    S::run([]() -> task_of<S> {
      typename S::thread t([] {});
      t = typename S::thread();
      co_return;
    });
  }));
}

TEST_CASE_TEMPLATE("an exception that leaves a thread terminates", S, SIDES) {
  CHECK(terminates([] {
    S::run([]() -> task_of<S> {
      typename S::thread t([]() -> task_of<S> {
        co_await S::this_thread::yield();
        throw std::runtime_error("unhandled");
      });
      co_await t.join();
    });
  }));
  CHECK(terminates([] {
    S::run([]() -> task_of<S> {
      typename S::jthread t([] { throw 1; });
      co_await t.join();
    });
  }));
}

TEST_CASE("a joined or detached thread does not terminate") {
  CHECK(!terminates([] {
    green::run([]() -> task<> {
      green::thread t([] {});
      co_await t.join();
      green::thread([] {}).detach();
    });
  }));
}

TEST_CASE("a join that is killed leaves the thread joinable") {
  run_virtual([]() -> task<> {
    green::thread t([]() -> task<> { co_await green::sleep(1h); });
    const auto join = [&t]() -> task<> { co_await t.join(); };
    auto joiner = green::spawn(join);
    co_await green::sleep(1s);
    co_await joiner.kill();
    CHECK(joiner.was_killed());
    CHECK(t.joinable());
    CHECK_THROWS_AS(co_await green::with_timeout(1s, join), green::timed_out);
    CHECK(t.joinable());
    co_await t.join();
    CHECK(!t.joinable());
  });
}

TEST_CASE("a thread that is killed ends normally") {
  run_virtual([]() -> task<> {
    bool late = false;
    green::any_greenlet handle;
    green::thread t([&]() -> task<> {
      handle = green::getcurrent();
      co_await green::sleep(1h);
      late = true;
    });
    co_await green::sleep();
    handle.kill_nowait();
    co_await t.join();
    CHECK(handle.was_killed());
    CHECK(!late);
  });
}

TEST_CASE("threads that still live when run returns are killed") {
  bool unwound = false;
  struct set_at_end {
    bool* to;
    ~set_at_end() { *to = true; }
  };
  run_virtual(
      [](bool* out) -> task<> {
        const auto body = [](bool* to) -> task<> {
          const set_at_end guard{to};
          co_await green::sleep(1h);
        };
        green::thread(body, out).detach();
        co_await green::sleep();
      },
      &unwound);
  CHECK(unwound);
}

TEST_CASE("this_thread's waits are killed and timed out") {
  run_virtual([]() -> task<> {
    const green::timeout t(1s);
    CHECK_THROWS_AS(co_await green::this_thread::sleep_for(1h),
                    green::timed_out);
    const green::timeout wall(1s);
    const auto end = std::chrono::system_clock::now() + 1h;
    CHECK_THROWS_AS(co_await green::this_thread::sleep_until(end),
                    green::timed_out);
    const auto spin = []() -> task<> {
      for (;;) co_await green::this_thread::yield();
    };
    auto g = green::spawn(spin);
    co_await green::sleep();
    co_await g.kill();
    CHECK(g.was_killed());
  });
}

TEST_CASE("ten thousand threads wait and are joined") {
  run_virtual([]() -> task<> {
    int done = 0;
    const auto body = [](int* out) -> task<> {
      co_await green::this_thread::sleep_for(1h);
      ++*out;
    };
    std::vector<green::thread> all;
    for (int i = 0; i < 10'000; ++i) all.emplace_back(body, &done);
    for (green::thread& t : all) co_await t.join();
    CHECK(done == 10'000);
  });
}

TEST_CASE("outside of green threads the OS thread has an identity") {
  using green::this_thread::get_id;
  const green::thread::id here = get_id();
  CHECK(here != green::thread::id());
  CHECK(get_id() == here);
  green::thread::id there;
  std::thread other([&there] { there = get_id(); });
  other.join();
  CHECK(there != green::thread::id());
  CHECK(there != here);
  green::run([&]() -> task<> {
    CHECK(get_id() != here);
    CHECK(get_id() != green::thread::id());
    co_return;
  });
  CHECK(get_id() == here);
}

TEST_CASE("the operators of an id are functions of the namespace") {
  const green::thread::id none;
  const green::thread::id here = green::this_thread::get_id();
  CHECK(green::operator==(none, none));
  CHECK_FALSE(green::operator==(none, here));
  CHECK((green::operator<=>(none, none) == 0));
  CHECK((green::operator<=>(none, here) < 0) == (none < here));
  CHECK(operator==(here, here));
}

TEST_CASE("to move a jthread to itself does nothing") {
  run_virtual([]() -> task<> {
    green::jthread t([](green::stop_token) -> task<> { co_return; });
    const green::thread::id id = t.get_id();
    const green::stop_source stop = t.get_stop_source();
    auto& self = t;
    t = std::move(self);
    CHECK(t.joinable());
    CHECK(t.get_id() == id);
    CHECK_FALSE(stop.stop_requested());
    co_await t.join();
  });
}
