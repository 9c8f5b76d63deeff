// SPDX-License-Identifier: MIT
// [thread.req.timing]: what a timed wait says agrees with the clock of its time
// point, whatever that clock is. All waits of green that take a time point.
#include <doctest/doctest.h>

#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "green/condition_variable"
#include "green/event.h"
#include "green/future"
#include "green/green.h"
#include "green/greenlet.h"
#include "green/mutex"
#include "green/pool.h"
#include "green/queue.h"
#include "green/semaphore"
#include "green/shared_mutex"
#include "green/thread"
#include "green/threadpool.h"
#include "green/timeout.h"
#include "tests/support/clocks.h"
#include "tests/support/virtual_time.h"
#include "tests/support/waiting.h"

using namespace std::chrono_literals;
using green::task;
using tests::set_clock;

namespace {

const auto no = [] { return false; };

// A wait that nothing ends but its time; true when it says that this is so.
template <class Point>
struct timed_wait {
  const char* name;
  std::function<task<bool>(Point)> run;
};

// What the waits wait for: all of it held, empty or unset for ever.
struct world {
  green::timed_mutex timed;
  green::recursive_timed_mutex recursive;
  green::shared_timed_mutex shared;
  green::mutex mutex;
  green::condition_variable condition;
  green::condition_variable_any any;
  green::binary_semaphore semaphore{0};
  green::promise<int> promise;
  green::future<int> future = promise.get_future();
  green::promise<void> other_promise;
  green::shared_future<void> shared_future = other_promise.get_future().share();
  std::stop_source never;
  green::event event;
  green::async_result<int> result;
  green::queue<int> empty;
  green::queue<int> full{1, {1}};
  green::channel<int> channel;
  green::joinable_queue<int> unfinished{2, {1}};
  green::group group;
  green::pool pool{1};
  green::greenlet<> sleeper;

  world() {
    sleeper = green::spawn(std::bind_front(&world::sleep, this));
    group.add(sleeper);
    (void)pool.spawn_nowait(std::bind_front(&world::sleep, this));
  }
  task<> hold() {
    co_await timed.lock();
    co_await recursive.lock();
    co_await shared.lock();
  }
  task<> sleep() {
    const auto ever = [] { return green::sleep(1'000'000h); };
    co_await ever();
  }
};

template <class Wait>
task<bool> is_empty(Wait wait) {
  try {
    co_await wait();
  } catch (const green::queue_empty&) {
    co_return true;
  } catch (const green::queue_full&) {
    co_return true;
  } catch (const green::pool_full&) {
    co_return true;
  } catch (const green::timed_out&) {
    co_return true;
  }
  co_return false;
}

template <class Point>
using waits = std::vector<timed_wait<Point>>;

template <class Point>
void add_locks(world& w, waits<Point>& all) {
  all.push_back({"timed_mutex::try_lock_until", [&](Point end) -> task<bool> {
                   co_return !co_await w.timed.try_lock_until(end);
                 }});
  all.push_back(
      {"recursive_timed_mutex::try_lock_until", [&](Point end) -> task<bool> {
         co_return !co_await w.recursive.try_lock_until(end);
       }});
  all.push_back(
      {"shared_timed_mutex::try_lock_until", [&](Point end) -> task<bool> {
         co_return !co_await w.shared.try_lock_until(end);
       }});
  all.push_back({"shared_timed_mutex::try_lock_shared_until",
                 [&](Point end) -> task<bool> {
                   co_return !co_await w.shared.try_lock_shared_until(end);
                 }});
  all.push_back({"unique_lock::try_lock_until", [&](Point end) -> task<bool> {
                   green::unique_lock lk(w.timed, green::defer_lock);
                   co_return !co_await lk.try_lock_until(end);
                 }});
  all.push_back({"shared_lock::try_lock_until", [&](Point end) -> task<bool> {
                   green::shared_lock lk(w.shared, green::defer_lock);
                   co_return !co_await lk.try_lock_until(end);
                 }});
  all.push_back(
      {"counting_semaphore::try_acquire_until", [&](Point end) -> task<bool> {
         co_return !co_await w.semaphore.try_acquire_until(end);
       }});
}

template <class Point>
void add_conditions(world& w, waits<Point>& all) {
  using green::cv_status;
  all.push_back(
      {"condition_variable::wait_until", [&](Point end) -> task<bool> {
         auto lk = co_await w.mutex.scoped_lock();
         co_return co_await w.condition.wait_until(lk, end) ==
             cv_status::timeout;
       }});
  all.push_back({"condition_variable::wait_until, predicate",
                 [&](Point end) -> task<bool> {
                   auto lk = co_await w.mutex.scoped_lock();
                   co_return !co_await w.condition.wait_until(lk, end, no);
                 }});
  all.push_back(
      {"condition_variable_any::wait_until", [&](Point end) -> task<bool> {
         auto lk = co_await w.mutex.scoped_lock();
         co_return co_await w.any.wait_until(lk, end) == cv_status::timeout;
       }});
  all.push_back({"condition_variable_any::wait_until, predicate",
                 [&](Point end) -> task<bool> {
                   auto lk = co_await w.mutex.scoped_lock();
                   co_return !co_await w.any.wait_until(lk, end, no);
                 }});
  all.push_back({"condition_variable_any::wait_until, stop_token",
                 [&](Point end) -> task<bool> {
                   auto lk = co_await w.mutex.scoped_lock();
                   co_return !co_await w.any.wait_until(lk, w.never.get_token(),
                                                        end, no);
                 }});
}

template <class Point>
void add_results(world& w, waits<Point>& all) {
  using green::future_status;
  all.push_back({"future::wait_until", [&](Point end) -> task<bool> {
                   co_return co_await w.future.wait_until(end) ==
                       future_status::timeout;
                 }});
  all.push_back({"shared_future::wait_until", [&](Point end) -> task<bool> {
                   co_return co_await w.shared_future.wait_until(end) ==
                       future_status::timeout;
                 }});
  all.push_back({"this_thread::sleep_until", [](Point end) -> task<bool> {
                   co_await green::this_thread::sleep_until(end);
                   co_return true;
                 }});
  all.push_back({"sleep", [](Point end) -> task<bool> {
                   co_await green::sleep(end);
                   co_return true;
                 }});
  all.push_back({"event::wait", [&](Point end) -> task<bool> {
                   co_return !co_await w.event.wait(end);
                 }});
  all.push_back({"async_result::wait", [&](Point end) -> task<bool> {
                   co_return !co_await w.result.wait(end);
                 }});
  all.push_back({"greenlet::join", [&](Point end) -> task<bool> {
                   co_return !co_await w.sleeper.join(end);
                 }});
  all.push_back({"joinall", [&](Point end) -> task<bool> {
                   const std::vector all_of_them{w.sleeper};
                   const auto ended = co_await green::joinall(all_of_them, end);
                   co_return ended.empty();
                 }});
  all.push_back({"group::join", [&](Point end) -> task<bool> {
                   co_return !co_await w.group.join(end);
                 }});
}

template <class Point>
void add_others(world& w, waits<Point>& all) {
  all.push_back({"queue::get", [&](Point end) {
                   return is_empty([&w, end] { return w.empty.get(end); });
                 }});
  all.push_back({"queue::put", [&](Point end) {
                   return is_empty([&w, end] { return w.full.put(2, end); });
                 }});
  all.push_back({"channel::put", [&](Point end) {
                   return is_empty([&w, end] { return w.channel.put(2, end); });
                 }});
  all.push_back({"joinable_queue::join", [&](Point end) -> task<bool> {
                   co_return !co_await w.unfinished.join(end);
                 }});
  all.push_back({"async_result::get", [&](Point end) {
                   return is_empty([&w, end] { return w.result.get(end); });
                 }});
  all.push_back({"greenlet::get", [&](Point end) {
                   return is_empty([&w, end] { return w.sleeper.get(end); });
                 }});
  all.push_back({"pool::spawn_for", [&](Point end) {
                   return is_empty(
                       [&w, end] { return w.pool.spawn_for(end, no); });
                 }});
  all.push_back({"with_timeout", [&](Point end) {
                   return is_empty([&w, end] {
                     return green::with_timeout(
                         end, [&w] { return w.event.wait(); });
                   });
                 }});
  all.push_back({"spawn_later", [](Point end) -> task<bool> {
                   const auto later = green::spawn_later(end, [] {});
                   co_await later.join();
                   co_return true;
                 }});
}

template <class Point>
waits<Point> all_waits(world& w) {
  waits<Point> all;
  add_locks(w, all);
  add_conditions(w, all);
  add_results(w, all);
  add_others(w, all);
  return all;
}

template <class Clock>
task<> check_all(std::chrono::nanoseconds length) {
  using point =
      std::chrono::time_point<Clock,
                              decltype(typename Clock::duration() + length)>;
  world w;
  co_await green::spawn(std::bind_front(&world::hold, &w)).join();
  for (const timed_wait<point>& wait : all_waits<point>(w)) {
    INFO(std::string(wait.name));
    const point end = Clock::now() + length;
    CHECK(co_await wait.run(end));
    CHECK(Clock::now() >= end);
  }
  co_await w.group.kill();
  co_await w.pool.kill();
}

}  // namespace

TEST_CASE_TEMPLATE("no timed wait ends before its own clock is there", Clock,
                   tests::slow_clock, tests::fast_clock, tests::coarse_clock,
                   tests::real_clock) {
  tests::run_virtual(check_all<Clock>, 5s);
  tests::run_virtual(check_all<Clock>, 1ns);
  tests::run_virtual(check_all<Clock>, -1s);
}

TEST_CASE("a clock at a third of the pace is waited for, not much longer") {
  tests::run_virtual([]() -> task<> {
    const auto start = green::core::now();
    co_await green::sleep(tests::slow_clock::now() + 20s);
    CHECK(tests::since(start) >= 60s - 3ns);
    CHECK(tests::since(start) < 60s + 1ms);
  });
}

TEST_CASE("the system's clock follows virtual time") {
  tests::run_virtual([]() -> task<> {
    green::binary_semaphore none(0);
    const auto start = green::core::now();
    CHECK_FALSE(co_await none.try_acquire_until(
        std::chrono::system_clock::now() + 10h));
    CHECK(tests::since(start) >= 10h - 1s);
    CHECK(tests::since(start) < 10h + 1s);
  });
}

TEST_CASE("a clock that is set back lengthens the wait") {
  tests::run_virtual([]() -> task<> {
    set_clock::shown = set_clock::time_point(100s);
    green::event never;
    bool over = false;
    const auto waiter = green::spawn([&]() -> task<> {
      CHECK_FALSE(co_await never.wait(set_clock::time_point(110s)));
      over = true;
    });
    co_await green::sleep(5s);
    set_clock::shown = set_clock::time_point(50s);
    co_await green::sleep(1h);
    CHECK_FALSE(over);
    set_clock::shown = set_clock::time_point(110s) - 1ms;
    co_await green::sleep(1min);
    CHECK_FALSE(over);
    set_clock::shown = set_clock::time_point(110s);
    co_await green::sleep(1h);
    CHECK(over);
    co_await waiter.join();
  });
}

TEST_CASE("what a clock throws comes out of the wait") {
  tests::run_virtual([]() -> task<> {
    set_clock::shown = set_clock::time_point(100s);
    const auto end = set_clock::time_point(101s);
    green::mutex m;
    green::condition_variable never;
    auto lk = co_await m.scoped_lock();
    for (const bool sleeps : {false, true}) {
      const auto breaker =
          green::spawn_later(500ms, [] { set_clock::broken = true; });
      std::string said;
      try {
        if (sleeps) {
          co_await green::this_thread::sleep_until(end);
        } else {
          co_await never.wait_until(lk, end);
        }
      } catch (const std::runtime_error& error) {
        said = error.what();
      }
      set_clock::broken = false;
      CHECK(said == "a broken clock");
      CHECK(lk.owns_lock());
      CHECK_FALSE(m.try_lock());
      co_await breaker.join();
    }
  });
}

TEST_CASE("a notification ends a wait on a user's clock") {
  tests::run_virtual([]() -> task<> {
    green::event event;
    const auto setter = green::spawn_later(90s, [&] { event.set(); });
    CHECK(co_await event.wait(tests::slow_clock::now() + 60s));
    CHECK(co_await event.wait(tests::slow_clock::now() - 60s));
    co_await setter.join();
  });
}
