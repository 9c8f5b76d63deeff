// SPDX-License-Identifier: MIT
// Lockables of the user's own: plain ones, as std's guards take them, beside
// those whose lock() is awaited, and timed ones. Every way to lock them.
#include <doctest/doctest.h>

#include <chrono>
#include <mutex>
#include <ratio>
#include <shared_mutex>
#include <stop_token>
#include <string>
#include <type_traits>
#include <vector>

#include "green/condition_variable"
#include "green/green.h"
#include "green/greenlet.h"
#include "green/mutex"
#include "green/shared_mutex"
#include "tests/support/virtual_time.h"
#include "tests/support/waiting.h"

using namespace std::chrono_literals;
using green::task;
using steady = std::chrono::steady_clock;

namespace {

using names = std::vector<std::string>;

// What is called is written down.
struct plain {
  void lock() { calls.push_back("lock"); }
  bool try_lock() {
    calls.push_back("try_lock");
    return !taken;
  }
  void unlock() { calls.push_back("unlock"); }
  template <class Rep, class Period>
  bool try_lock_for(const std::chrono::duration<Rep, Period>& length) {
    calls.push_back(length == 5ms ? "for 5ms" : "for another time");
    return !taken;
  }
  template <class Clock, class Duration>
  bool try_lock_until(const std::chrono::time_point<Clock, Duration>& end) {
    calls.push_back(end == steady::time_point(7ms) ? "until 7ms" : "until");
    return !taken;
  }
  void lock_shared() { calls.push_back("lock_shared"); }
  bool try_lock_shared() {
    calls.push_back("try_lock_shared");
    return !taken;
  }
  void unlock_shared() { calls.push_back("unlock_shared"); }
  bool try_lock_shared_for(const std::chrono::nanoseconds& length) {
    calls.push_back(length == 5ms ? "shared for 5ms" : "for another time");
    return !taken;
  }
  bool try_lock_shared_until(const steady::time_point& end) {
    calls.push_back(end == steady::time_point(7ms) ? "shared until 7ms" : "");
    return !taken;
  }

  names taking() {
    names all;
    all.swap(calls);
    return all;
  }

  names calls;
  bool taken = false;
};

// The same, awaited: each begins after others have run, and has to look at
// what it was given then.
struct awaited {
  task<> lock() {
    co_await green::sleep();
    base.lock();
  }
  bool try_lock() { return base.try_lock(); }
  void unlock() { base.unlock(); }
  template <class Rep, class Period>
  task<bool> try_lock_for(const std::chrono::duration<Rep, Period>& length) {
    co_await green::sleep();
    co_return base.try_lock_for(length);
  }
  template <class Clock, class Duration>
  task<bool> try_lock_until(
      const std::chrono::time_point<Clock, Duration>& end) {
    co_await green::sleep();
    co_return base.try_lock_until(end);
  }
  task<> lock_shared() {
    co_await green::sleep();
    base.lock_shared();
  }
  bool try_lock_shared() { return base.try_lock_shared(); }
  void unlock_shared() { base.unlock_shared(); }
  task<bool> try_lock_shared_for(const std::chrono::nanoseconds& length) {
    co_await green::sleep();
    co_return base.try_lock_shared_for(length);
  }
  task<bool> try_lock_shared_until(const steady::time_point& end) {
    co_await green::sleep();
    co_return base.try_lock_shared_until(end);
  }
  names taking() { return base.taking(); }

  plain base;
};

// Converted for one of them, which is to keep what it was converted into.
constexpr std::chrono::duration<std::intmax_t, std::micro> five(5000);

template <class Lockable>
task<> lock_alone() {
  Lockable m;
  {
    green::unique_lock lk(m, green::defer_lock);
    co_await lk.lock();
    CHECK(lk.owns_lock());
    lk.unlock();
    CHECK(lk.try_lock());
  }
  CHECK(m.taking() == names{"lock", "unlock", "try_lock", "unlock"});
  {
    green::unique_lock lk(m, green::defer_lock);
    CHECK(co_await lk.try_lock_for(five));
    lk.unlock();
    CHECK(co_await lk.try_lock_until(steady::time_point(7ms)));
  }
  CHECK(m.taking() == names{"for 5ms", "unlock", "until 7ms", "unlock"});
  {
    green::shared_lock lk(m, green::defer_lock);
    co_await lk.lock();
    lk.unlock();
    CHECK(co_await lk.try_lock_for(five));
    lk.unlock();
    CHECK(co_await lk.try_lock_until(steady::time_point(7ms)));
  }
  CHECK(m.taking() == names{"lock_shared", "unlock_shared", "shared for 5ms",
                            "unlock_shared", "shared until 7ms",
                            "unlock_shared"});
}

task<> lock_by_constructors() {
  plain m;
  {
    const green::lock_guard guard(m);
  }
  CHECK(m.taking() == names{"lock", "unlock"});
  {
    const green::unique_lock lk(m);
    CHECK(lk.owns_lock());
    CHECK(lk.mutex() == &m);
  }
  CHECK(m.taking() == names{"lock", "unlock"});
  {
    const green::unique_lock lk(m, five);
    CHECK(lk.owns_lock());
  }
  {
    const green::unique_lock lk(m, steady::time_point(7ms));
    CHECK(lk.owns_lock());
  }
  CHECK(m.taking() == names{"for 5ms", "unlock", "until 7ms", "unlock"});
  m.taken = true;
  {
    const green::unique_lock lk(m, five);
    CHECK_FALSE(lk.owns_lock());
    const green::shared_lock other(m, five);
    CHECK_FALSE(other.owns_lock());
  }
  CHECK(m.taking() == names{"for 5ms", "shared for 5ms"});
  {
    const green::shared_lock lk(m);
    CHECK(lk.owns_lock());
  }
  CHECK(m.taking() == names{"lock_shared", "unlock_shared"});
  co_return;
}

task<> lock_by_scoped_lock() {
  plain a, b;
  {
    const green::scoped_lock one(a);
  }
  CHECK(a.taking() == names{"lock", "unlock"});
  {
    const green::scoped_lock both(a, b);
  }
  CHECK(a.taking() == names{"lock", "unlock"});
  CHECK(b.taking() == names{"try_lock", "unlock"});
  std::mutex original;
  {
    const green::lock_guard guard(original);
    CHECK_FALSE(original.try_lock());
  }
  CHECK(original.try_lock());
  original.unlock();
  co_return;
}

task<> lock_several() {
  plain p;
  awaited a;
  green::mutex m;
  co_await green::lock(p, a, m);
  CHECK(p.taking() == names{"lock"});
  CHECK(a.taking() == names{"try_lock"});
  CHECK_FALSE(m.try_lock());
  {
    const green::scoped_lock all(green::adopt_lock, p, a, m);
  }
  CHECK(p.taking() == names{"unlock"});
  CHECK(a.taking() == names{"unlock"});
  CHECK(green::try_lock(m, p) == -1);
  m.unlock();
}

template <class Lockable>
task<> wait_with() {
  Lockable m;
  green::condition_variable_any any;
  std::stop_source stop;
  const auto no = [] { return false; };
  CHECK(co_await any.wait_for(m, 1ms) == green::cv_status::timeout);
  CHECK(m.taking() == names{"unlock", "lock"});
  CHECK_FALSE(co_await any.wait_for(m, stop.get_token(), 1ms, no));
  CHECK(m.taking() == names{"unlock", "lock"});
  const auto notify = [&] { any.notify_all(); };
  const auto notifier = green::spawn(notify);
  co_await any.wait(m);
  CHECK(m.taking() == names{"unlock", "lock"});
}

template <class Lock, class... Args>
concept locks = std::is_constructible_v<Lock, Args...>;

}  // namespace

static_assert(locks<green::unique_lock<plain>, plain&, std::chrono::seconds>);
static_assert(!locks<green::unique_lock<plain>, const plain&>);
static_assert(green::plain_lockable<plain, green::exclusively>);
static_assert(green::plain_lockable<plain, green::sharing>);
static_assert(green::plain_lockable<std::mutex, green::exclusively>);
static_assert(!green::plain_lockable<awaited, green::exclusively>);
static_assert(!green::plain_lockable<awaited, green::sharing>);
static_assert(!green::plain_lockable<green::mutex, green::exclusively>);
static_assert(!green::plain_lockable<green::shared_mutex, green::sharing>);

TEST_CASE("unique_lock and shared_lock call what is plain, await the rest") {
  green::run(lock_alone<plain>);
  green::run(lock_alone<awaited>);
}

TEST_CASE("constructors lock plain lockables") {
  green::run(lock_by_constructors);
  green::run(lock_by_scoped_lock);
}

TEST_CASE("lock takes plain and awaited lockables together") {
  green::run(lock_several);
}

TEST_CASE_TEMPLATE("condition_variable_any waits with any lockable", Lockable,
                   plain, awaited) {
  tests::run_virtual(wait_with<Lockable>);
}
