// SPDX-License-Identifier: MIT
// condition_variable_any beyond what std has: kills, timeouts, other hubs, OS
// threads.
#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <cstring>
#include <new>
#include <stop_token>
#include <system_error>
#include <thread>
#include <type_traits>

#include "green/condition_variable"
#include "green/green.h"
#include "green/greenlet.h"
#include "green/mutex"
#include "green/shared_mutex"
#include "green/timeout.h"
#include "tests/support/death.h"
#include "tests/support/hubs.h"
#include "tests/support/virtual_time.h"
#include "tests/support/waiting.h"

using namespace std::chrono_literals;
using green::task;
using tests::others_wait;
using tests::terminates;

namespace {

struct place {
  green::shared_mutex mutex;
  green::condition_variable_any condition;

  bool free() {
    if (!mutex.try_lock()) return false;
    mutex.unlock();
    return true;
  }
};

const auto no = [] { return false; };

}  // namespace

TEST_CASE("a killed wait of condition_variable_any holds its lock again") {
  green::run([]() -> task<> {
    place p;
    bool held = false;
    std::stop_source never;
    const auto wait = [&](bool with_token) -> task<> {
      green::shared_lock lk(p.mutex, green::defer_lock);
      co_await lk.lock();
      try {
        if (with_token) {
          co_await p.condition.wait(lk, never.get_token(), no);
        } else {
          co_await p.condition.wait(lk);
        }
        FAIL_CHECK("it was killed");
      } catch (const green::killed&) {
        held = lk.owns_lock() && !p.free();
        throw;
      }
    };
    for (const bool with_token : {false, true}) {
      held = false;
      const auto waiter = green::spawn(wait, with_token);
      co_await others_wait();
      CHECK(p.free());
      co_await waiter.kill();
      CHECK(waiter.was_killed());
      CHECK(held);
      CHECK(p.free());
    }
  });
}

TEST_CASE("timeouts of condition_variable_any, its own and those around it") {
  tests::run_virtual([]() -> task<> {
    place p;
    std::stop_source never;
    const auto start = green::core::now();
    auto lk = co_await p.mutex.scoped_lock();
    CHECK(co_await p.condition.wait_for(lk, 2s) == std::cv_status::timeout);
    CHECK(tests::since(start) == 2s);
    CHECK_FALSE(co_await p.condition.wait_for(lk, never.get_token(), 3s, no));
    CHECK(tests::since(start) == 5s);
    const auto wait = [&] { return p.condition.wait(lk); };
    CHECK_THROWS_AS(co_await green::with_timeout(1s, wait), green::timed_out);
    CHECK(tests::since(start) == 6s);
    CHECK(lk.owns_lock());
    CHECK_FALSE(p.free());
  });
}

TEST_CASE("green threads of three hubs meet at a condition_variable_any") {
  place p;
  int turn = 0;
  tests::run_hubs(3, [&](int me) -> task<> {
    const auto mine = [&] { return turn % 3 == me; };
    for (int i = 0; i < 200; ++i) {
      auto lk = co_await p.mutex.scoped_lock();
      co_await p.condition.wait(lk, mine);
      ++turn;
      p.condition.notify_all();
    }
  });
  CHECK(turn == 600);
}

TEST_CASE("a green thread of another hub stops a wait") {
  place p;
  std::stop_source stop;
  tests::run_hubs(2, [&](int me) -> task<> {
    if (me == 1) {
      stop.request_stop();
      co_return;
    }
    auto lk = co_await p.mutex.scoped_lock();
    CHECK_FALSE(co_await p.condition.wait(lk, stop.get_token(), no));
    CHECK(lk.owns_lock());
  });
  CHECK(p.free());
}

TEST_CASE("an OS thread notifies a condition_variable_any") {
  place p;
  std::atomic<bool> over = false;
  std::thread hub([&] {
    green::run([&]() -> task<> {
      auto lk = co_await p.mutex.scoped_lock();
      for (int i = 0; i < 100; ++i) co_await p.condition.wait(lk);
      over = true;
    });
  });
  while (!over) {
    p.condition.notify_all();
    std::this_thread::yield();
  }
  hub.join();
  CHECK(p.free());
}

TEST_CASE("a stop that comes after the notification finds no condition") {
  using any_condition = green::condition_variable_any;
  alignas(any_condition) unsigned char room[sizeof(any_condition)];
  auto* const any = new (room) any_condition;
  std::stop_source stop;
  green::mutex mutex;
  green::run([&]() -> task<> {
    bool done = false;
    const auto wait = [&]() -> task<> {
      auto lk = co_await mutex.scoped_lock();
      CHECK(co_await any->wait(lk, stop.get_token(), [&] { return done; }));
    };
    const auto waiter = green::spawn(wait);
    const auto timed = green::spawn([&]() -> task<> {
      auto lk = co_await mutex.scoped_lock();
      CHECK(co_await any->wait_for(lk, stop.get_token(), 1h,
                                   [&] { return done; }));
    });
    co_await others_wait();
    done = true;
    any->notify_all();
    any->~any_condition();
    std::memset(room, 0x55, sizeof room);
    stop.request_stop();
    co_await waiter.get();
    co_await timed.get();
  });
}

TEST_CASE("a lock that cannot be taken again terminates") {
  // Awaited or plain, at the timeout, a notification or a kill.
  struct awaited {
    int locks = 0;
    task<> lock() {
      if (++locks == 2) throw 1;
      co_return;
    }
    void unlock() {}
  };
  struct plain {
    int locks = 0;
    void lock() {
      if (++locks == 2) throw 1;
    }
    void unlock() {}
  };
  const auto waits = [](auto m) {
    return [m]() mutable {
      green::run([&m]() -> task<> {
        green::condition_variable_any any;
        if constexpr (std::is_void_v<decltype(m.lock())>) {
          m.lock();
        } else {
          co_await m.lock();
        }
        try {
          co_await any.wait_for(m, 1ms);
        } catch (int) {
        }
      });
    };
  };
  CHECK(terminates(waits(awaited())));
  CHECK(terminates(waits(plain())));
  CHECK(terminates([] {
    green::run([]() -> task<> {
      green::mutex mutex;
      green::condition_variable condition;
      auto lk = co_await mutex.scoped_lock();
      const auto steal = [&]() -> task<> {
        co_await lk.lock();  // what the wait is to lock
        condition.notify_one();
      };
      const auto thief = green::spawn(steal);
      try {
        co_await condition.wait(lk);
      } catch (const std::system_error&) {
      }
    });
  }));
}
