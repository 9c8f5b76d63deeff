// SPDX-License-Identifier: MIT
// What std's condition variables do; what only green's do is in
// condition_test.cc.
// greenify: allow-file(held) locks are tested without their guards
#include "green/condition_variable"

#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <stdexcept>
#include <stop_token>

#include "green/shared_mutex"
#include "tests/support/lock_sides.h"

using namespace std::chrono_literals;
using std::cv_status;
using std::chrono::steady_clock;
using std::chrono::system_clock;
using tests::lock_of;
using tests::mirrors_member;
using tests::task_of;

namespace {

struct green_waits {
  green::condition_variable condition_variable;
  green::condition_variable_any condition_variable_any;
  green::unique_lock<green::mutex> lk;
};
struct std_waits {
  std::condition_variable condition_variable;
  std::condition_variable_any condition_variable_any;
  std::unique_lock<std::mutex> lk;
};

bool yes() { return true; }
bool no() { return false; }

template <class Call>
consteval bool mirrors_wait(Call call) {
  return mirrors_member<green_waits, std_waits>(call);
}

static_assert(mirrors_wait([](auto& w) {
  return w.condition_variable.wait(w.lk);
}));
static_assert(mirrors_wait([](auto& w) {
  return w.condition_variable.wait(w.lk, yes);
}));
static_assert(mirrors_wait([](auto& w) {
  return w.condition_variable.wait_for(w.lk, 1ms);
}));
static_assert(mirrors_wait([](auto& w) {
  return w.condition_variable.wait_for(w.lk, 1ms, yes);
}));
static_assert(mirrors_wait([](auto& w) {
  return w.condition_variable.wait_until(w.lk, system_clock::now());
}));
static_assert(mirrors_wait([](auto& w) {
  return w.condition_variable.wait_until(w.lk, steady_clock::now(), yes);
}));
static_assert(mirrors_wait([](auto& w) {
  return w.condition_variable_any.wait(w.lk);
}));
static_assert(mirrors_wait([](auto& w) {
  return w.condition_variable_any.wait(w.lk, yes);
}));
static_assert(mirrors_wait([](auto& w) {
  return w.condition_variable_any.wait_for(w.lk, 1ms);
}));
static_assert(mirrors_wait([](auto& w) {
  return w.condition_variable_any.wait_for(w.lk, 1ms, yes);
}));
static_assert(mirrors_wait([](auto& w) {
  return w.condition_variable_any.wait_until(w.lk, steady_clock::now());
}));
static_assert(mirrors_wait([](auto& w) {
  return w.condition_variable_any.wait_until(w.lk, system_clock::now(), yes);
}));
static_assert(mirrors_wait([](auto& w) {
  return w.condition_variable_any.wait(w.lk, std::stop_token(), yes);
}));
static_assert(mirrors_wait([](auto& w) {
  return w.condition_variable_any.wait_for(w.lk, std::stop_token(), 1ms, yes);
}));
static_assert(mirrors_wait([](auto& w) {
  return w.condition_variable_any.wait_until(w.lk, std::stop_token(),
                                             steady_clock::now(), yes);
}));
static_assert(std::is_same_v<green::cv_status, std::cv_status>);

// A flag, and who waits for it.
template <class S, class Condition = typename S::condition_variable>
struct signal {
  typename S::mutex mutex;
  Condition condition;
  bool given = false;

  task_of<S> give() {
    co_await mutex.lock();
    typename S::template lock_guard<typename S::mutex> guard(mutex,
                                                             std::adopt_lock);
    given = true;
    condition.notify_all();
  }
};

template <class S>
using any_signal = signal<S, typename S::condition_variable_any>;

}  // namespace

TEST_CASE_TEMPLATE("a wait ends when the condition is true", S, LOCK_SIDES) {
  S::run([]() -> task_of<S> {
    signal<S> s;
    const auto given = [&] { return s.given; };
    int through = 0;
    const auto wait = [&]() -> task_of<S> {
      lock_of<S> lk(s.mutex, std::defer_lock);
      co_await lk.lock();
      while (!s.given) co_await s.condition.wait(lk);
      CHECK(lk.owns_lock());
      ++through;
    };
    const auto wait_with_predicate = [&]() -> task_of<S> {
      lock_of<S> lk(s.mutex, std::defer_lock);
      co_await lk.lock();
      co_await s.condition.wait(lk, given);
      CHECK(lk.owns_lock());
      ++through;
    };
    typename S::thread a(wait), b(wait_with_predicate);
    co_await S::this_thread::yield();
    co_await s.give();
    co_await a.join();
    co_await b.join();
    CHECK(through == 2);
  });
}

TEST_CASE_TEMPLATE("items go through a bounded buffer", S, LOCK_SIDES) {
  S::run([]() -> task_of<S> {
    typename S::mutex m;
    typename S::condition_variable not_full, not_empty;
    int items = 0, taken = 0;
    const auto has_room = [&] { return items < 3; };
    const auto has_items = [&] { return items > 0; };
    const auto produce = [&]() -> task_of<S> {
      for (int i = 0; i < 500; ++i) {
        lock_of<S> lk(m, std::defer_lock);
        co_await lk.lock();
        co_await not_full.wait(lk, has_room);
        ++items;
        not_empty.notify_one();
      }
    };
    const auto consume = [&]() -> task_of<S> {
      for (int i = 0; i < 500; ++i) {
        lock_of<S> lk(m, std::defer_lock);
        co_await lk.lock();
        co_await not_empty.wait(lk, has_items);
        --items;
        ++taken;
        not_full.notify_one();
      }
    };
    typename S::thread a(produce), b(consume), c(produce), d(consume);
    co_await a.join();
    co_await b.join();
    co_await c.join();
    co_await d.join();
    CHECK(items == 0);
    CHECK(taken == 1000);
  });
}

TEST_CASE_TEMPLATE("a timed wait ends with the lock held", S, LOCK_SIDES) {
  S::run([]() -> task_of<S> {
    signal<S> s;
    lock_of<S> lk(s.mutex, std::defer_lock);
    co_await lk.lock();
    const auto start = steady_clock::now();
    // Nobody notifies; std may wake without reason.
    while (co_await s.condition.wait_until(lk, start + 2ms) !=
           cv_status::timeout) {
    }
    CHECK(steady_clock::now() - start >= 2ms);
    CHECK(lk.owns_lock());
    CHECK(co_await s.condition.wait_for(lk, -1s) == cv_status::timeout);
    CHECK_FALSE(co_await s.condition.wait_for(lk, 1ms, no));  // I10
    CHECK(co_await s.condition.wait_for(lk, 1h, yes));
    CHECK_FALSE(
        co_await s.condition.wait_until(lk, system_clock::now() + 1ms, no));
    CHECK_FALSE(
        co_await s.condition.wait_until(lk, system_clock::now() - 1h, no));
    CHECK(co_await s.condition.wait_until(lk, system_clock::now() - 1h, yes));
    CHECK(lk.owns_lock());
  });
}

TEST_CASE_TEMPLATE("a timed wait may be in time", S, LOCK_SIDES) {
  S::run([]() -> task_of<S> {
    signal<S> s;
    const auto given = [&] { return s.given; };
    const auto wait = [&]() -> task_of<S> {
      lock_of<S> lk(s.mutex, std::defer_lock);
      co_await lk.lock();
      CHECK(co_await s.condition.wait_for(lk, 1h, given));
      CHECK(
          co_await s.condition.wait_until(lk, system_clock::now() + 1h, given));
    };
    typename S::thread a(wait), b(wait);
    co_await S::this_thread::yield();
    co_await s.give();
    co_await a.join();
    co_await b.join();
  });
}

TEST_CASE_TEMPLATE("a predicate that throws leaves the lock held", S,
                   LOCK_SIDES) {
  S::run([]() -> task_of<S> {
    signal<S> s;
    lock_of<S> lk(s.mutex, std::defer_lock);
    co_await lk.lock();
    const auto fail = []() -> bool { throw std::runtime_error("predicate"); };
    bool thrown = false;
    try {
      co_await s.condition.wait(lk, fail);
    } catch (const std::runtime_error&) {
      thrown = true;
    }
    CHECK(thrown);
    CHECK(lk.owns_lock());
  });
}

TEST_CASE_TEMPLATE("condition_variable_any waits with any lock", S,
                   LOCK_SIDES) {
  S::run([]() -> task_of<S> {
    typename S::shared_timed_mutex shared;
    typename S::recursive_mutex recursive;
    typename S::condition_variable_any c;
    std::atomic<bool> given = false;
    const auto ready = [&] { return given.load(); };
    const auto wait_shared = [&]() -> task_of<S> {
      using lock =
          typename S::template shared_lock<typename S::shared_timed_mutex>;
      lock lk(shared, std::defer_lock);
      co_await lk.lock();
      co_await c.wait(lk, ready);
      CHECK(lk.owns_lock());
    };
    const auto wait_plain = [&]() -> task_of<S> {
      co_await recursive.lock();
      co_await c.wait(recursive, ready);
      CHECK(co_await c.wait_for(recursive, 1h, ready));
      CHECK(co_await c.wait_until(recursive, steady_clock::now(), ready));
      CHECK(co_await c.wait_for(recursive, 1ms) == cv_status::timeout);
      recursive.unlock();
    };
    typename S::thread a(wait_shared), b(wait_shared), d(wait_plain);
    co_await S::this_thread::yield();
    co_await shared.lock();
    co_await recursive.lock();
    given = true;
    recursive.unlock();
    shared.unlock();
    c.notify_all();
    co_await a.join();
    co_await b.join();
    co_await d.join();
  });
}

TEST_CASE_TEMPLATE("a stop that was requested before ends a wait at once", S,
                   LOCK_SIDES) {
  S::run([]() -> task_of<S> {
    any_signal<S> s;
    std::stop_source stop;
    stop.request_stop();
    lock_of<S> lk(s.mutex, std::defer_lock);
    co_await lk.lock();
    CHECK_FALSE(co_await s.condition.wait(lk, stop.get_token(), no));
    CHECK(co_await s.condition.wait(lk, stop.get_token(), yes));
    CHECK_FALSE(co_await s.condition.wait_for(lk, stop.get_token(), 1h, no));
    CHECK_FALSE(co_await s.condition.wait_until(lk, stop.get_token(),
                                                system_clock::now() + 1h, no));
    CHECK(lk.owns_lock());
  });
}

TEST_CASE_TEMPLATE("a stop ends the waits of its token", S, LOCK_SIDES) {
  S::run([]() -> task_of<S> {
    any_signal<S> s;
    const auto given = [&] { return s.given; };
    std::stop_source stop;
    const auto wait = [&]() -> task_of<S> {
      lock_of<S> lk(s.mutex, std::defer_lock);
      co_await lk.lock();
      CHECK_FALSE(co_await s.condition.wait(lk, stop.get_token(), given));
      CHECK(lk.owns_lock());
      CHECK_FALSE(s.given);
    };
    const auto wait_timed = [&]() -> task_of<S> {
      lock_of<S> lk(s.mutex, std::defer_lock);
      co_await lk.lock();
      CHECK_FALSE(
          co_await s.condition.wait_for(lk, stop.get_token(), 1h, given));
    };
    typename S::thread a(wait), b(wait_timed);
    co_await S::this_thread::yield();
    stop.request_stop();
    co_await a.join();
    co_await b.join();
  });
}

TEST_CASE_TEMPLATE("a stop that is late, or never comes, changes nothing", S,
                   LOCK_SIDES) {
  S::run([]() -> task_of<S> {
    any_signal<S> s;
    const auto given = [&] { return s.given; };
    std::stop_source stop;
    const auto wait = [&](std::stop_token token) -> task_of<S> {
      lock_of<S> lk(s.mutex, std::defer_lock);
      co_await lk.lock();
      CHECK(co_await s.condition.wait(lk, token, given));
    };
    typename S::thread a(wait, stop.get_token()), b(wait, std::stop_token());
    co_await S::this_thread::yield();
    co_await s.give();
    co_await a.join();
    co_await b.join();
    lock_of<S> lk(s.mutex, std::defer_lock);
    co_await lk.lock();
    CHECK_FALSE(co_await s.condition.wait_for(lk, stop.get_token(), 1ms, no));
    CHECK_FALSE(co_await s.condition.wait_until(lk, stop.get_token(),
                                                steady_clock::now() + 1ms, no));
    stop.request_stop();
  });
}

TEST_CASE_TEMPLATE("notify_all_at_thread_exit unlocks and notifies at the end",
                   S, LOCK_SIDES) {
  S::run([]() -> task_of<S> {
    signal<S> s;
    const auto given = [&] { return s.given; };
    const auto work = [&]() -> task_of<S> {
      lock_of<S> lk(s.mutex, std::defer_lock);
      co_await lk.lock();
      s.given = true;
      S::notify_all_at_thread_exit(s.condition, std::move(lk));
      co_await S::this_thread::yield();
      CHECK_FALSE(s.mutex.try_lock());
    };
    lock_of<S> lk(s.mutex, std::defer_lock);
    co_await lk.lock();
    typename S::thread worker(work);
    co_await s.condition.wait(lk, given);
    CHECK(lk.owns_lock());
    lk.unlock();
    co_await worker.join();
  });
}
