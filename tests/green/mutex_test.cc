// SPDX-License-Identifier: MIT
// The four mutexes; what locks them for a scope is in unique_lock_test.cc.
// greenify: allow-file(held) locks are tested without their guards
#include "green/mutex"

#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <functional>
#include <stdexcept>
#include <thread>
#include <vector>

#include "green/greenlet.h"
#include "green/timeout.h"
#include "tests/support/death.h"
#include "tests/support/hubs.h"
#include "tests/support/lock_sides.h"
#include "tests/support/virtual_time.h"
#include "tests/support/waiting.h"

using namespace std::chrono_literals;
using std::chrono::steady_clock;
using std::chrono::system_clock;
using tests::mirrors_member;
using tests::others_wait;
using tests::task_of;

static_assert(tests::mirrors(&green::mutex::lock, &std::mutex::lock));
static_assert(tests::mirrors(&green::timed_mutex::lock,
                             &std::timed_mutex::lock));
static_assert(mirrors_member<green::timed_mutex, std::timed_mutex>([](auto& m) {
  return m.try_lock_for(1ms);
}));
static_assert(mirrors_member<green::timed_mutex, std::timed_mutex>([](auto& m) {
  return m.try_lock_until(system_clock::now());
}));
static_assert(tests::mirrors(&green::recursive_mutex::lock,
                             &std::recursive_mutex::lock));
static_assert(tests::mirrors(&green::recursive_timed_mutex::lock,
                             &std::recursive_timed_mutex::lock));
static_assert(
    mirrors_member<green::recursive_timed_mutex, std::recursive_timed_mutex>(
        [](auto& m) { return m.try_lock_for(1ms); }));
static_assert(
    mirrors_member<green::recursive_timed_mutex, std::recursive_timed_mutex>(
        [](auto& m) { return m.try_lock_until(steady_clock::now()); }));
using green_lock = green::unique_lock<green::timed_mutex>;
using std_lock = std::unique_lock<std::timed_mutex>;
static_assert(mirrors_member<green_lock, std_lock>([](auto& unique_lock) {
  return unique_lock.lock();
}));
static_assert(mirrors_member<green_lock, std_lock>([](auto& unique_lock) {
  return unique_lock.try_lock_for(1ms);
}));
static_assert(mirrors_member<green_lock, std_lock>([](auto& unique_lock) {
  return unique_lock.try_lock_until(steady_clock::now());
}));
static_assert(tests::gives<decltype(green::lock(std::declval<green_lock&>(),
                                                std::declval<green_lock&>())),
                           void>);
static_assert(
    tests::gives<decltype(green::call_once(std::declval<green::once_flag&>(),
                                           [] { return 1; })),
                 void>);

namespace {

// A mutex of namespace scope is ready before any code runs.
constinit green::mutex ready_at_start;

template <class S, class Mutex>
void count_under_mutex() {
  S::run([]() -> task_of<S> {
    Mutex m;
    int counted = 0;
    const auto count = [&]() -> task_of<S> {
      for (int i = 0; i < 300; ++i) {
        co_await m.lock();
        const int before = counted;
        co_await S::this_thread::yield();
        counted = before + 1;
        m.unlock();
      }
    };
    typename S::thread a(count), b(count), c(count);
    co_await a.join();
    co_await b.join();
    co_await c.join();
    CHECK(counted == 900);
  });
}

// Another thread's try_lock.
template <class S, class Mutex>
task_of<S, bool> free_for_others(Mutex& m) {
  bool locked = false;
  const auto attempt = [&] {
    locked = m.try_lock();
    if (locked) m.unlock();
  };
  typename S::thread other(attempt);
  co_await other.join();
  co_return locked;
}

}  // namespace

TEST_CASE_TEMPLATE("a mutex keeps others out", S, LOCK_SIDES) {
  count_under_mutex<S, typename S::mutex>();
  count_under_mutex<S, typename S::timed_mutex>();
  count_under_mutex<S, typename S::recursive_mutex>();
  count_under_mutex<S, typename S::recursive_timed_mutex>();
}

TEST_CASE_TEMPLATE("try_lock fails while another holds it", S, LOCK_SIDES) {
  S::run([]() -> task_of<S> {
    typename S::mutex m;
    CHECK(co_await free_for_others<S>(m));
    co_await m.lock();
    CHECK_FALSE(co_await free_for_others<S>(m));
    m.unlock();
    CHECK(co_await free_for_others<S>(m));
  });
}

TEST_CASE_TEMPLATE("what is written under a mutex is seen under it", S,
                   LOCK_SIDES) {
  S::run([]() -> task_of<S> {
    typename S::mutex m;
    bool written = false;
    co_await m.lock();
    const auto look = [&]() -> task_of<S> {
      co_await m.lock();
      CHECK(written);
      m.unlock();
    };
    typename S::thread reader(look);
    co_await S::this_thread::yield();
    written = true;
    m.unlock();
    co_await reader.join();
  });
}

TEST_CASE_TEMPLATE("a timed wait gives up", S, LOCK_SIDES) {
  S::run([]() -> task_of<S> {
    typename S::timed_mutex m;
    co_await m.lock();
    const auto attempts = [&m]() -> task_of<S> {
      const auto start = steady_clock::now();
      CHECK_FALSE(co_await m.try_lock_for(2ms));
      CHECK(steady_clock::now() - start >= 2ms);
      CHECK_FALSE(co_await m.try_lock_for(0s));
      CHECK_FALSE(co_await m.try_lock_for(-1s));
      CHECK_FALSE(co_await m.try_lock_until(steady_clock::now() + 1ms));
      CHECK_FALSE(co_await m.try_lock_until(system_clock::now() + 1ms));
      CHECK_FALSE(co_await m.try_lock_until(system_clock::now() - 1h));
    };
    typename S::thread other(attempts);
    co_await other.join();
    m.unlock();
  });
}

TEST_CASE_TEMPLATE("a free mutex is locked however late it is", S, LOCK_SIDES) {
  S::run([]() -> task_of<S> {
    typename S::timed_mutex m;
    CHECK(co_await m.try_lock_for(-1s));
    m.unlock();
    CHECK(co_await m.try_lock_until(steady_clock::now() - 1h));
    m.unlock();
    typename S::recursive_timed_mutex r;
    CHECK(co_await r.try_lock_for(0s));
    CHECK(co_await r.try_lock_until(system_clock::now()));
    r.unlock();
    r.unlock();
  });
}

TEST_CASE_TEMPLATE("a recursive mutex is free after its last unlock", S,
                   LOCK_SIDES) {
  S::run([]() -> task_of<S> {
    typename S::recursive_mutex m;
    co_await m.lock();
    CHECK(m.try_lock());
    co_await m.lock();
    for (int left = 3; left > 0; --left) {
      CHECK_FALSE(co_await free_for_others<S>(m));
      m.unlock();
    }
    CHECK(co_await free_for_others<S>(m));
  });
}

TEST_CASE_TEMPLATE("a recursive mutex is its owner's across calls", S,
                   LOCK_SIDES) {  // I7
  S::run([]() -> task_of<S> {
    typename S::recursive_timed_mutex m;
    const auto inner = [&m]() -> task_of<S> {
      CHECK(co_await m.try_lock_for(1s));
      co_await S::this_thread::yield();
      CHECK_FALSE(co_await free_for_others<S>(m));
      m.unlock();
    };
    const auto outer = [&]() -> task_of<S> {
      co_await m.lock();
      co_await inner();
      CHECK_FALSE(co_await free_for_others<S>(m));
      m.unlock();
    };
    co_await outer();
    CHECK(co_await free_for_others<S>(m));
  });
}

TEST_CASE_TEMPLATE("an exception leaves a guarded mutex unlocked", S,
                   LOCK_SIDES) {  // I6
  S::run([]() -> task_of<S> {
    typename S::mutex m;
    const auto fail = [&m]() -> task_of<S> {
      co_await m.lock();
      std::lock_guard guard(m, std::adopt_lock);
      throw std::runtime_error("while it is locked");
    };
    bool thrown = false;
    try {
      co_await fail();
    } catch (const std::runtime_error&) {
      thrown = true;
    }
    CHECK(thrown);
    CHECK(co_await free_for_others<S>(m));
  });
}

TEST_CASE("waiters are served in the order of their coming") {
  green::run([]() -> green::task<> {
    green::mutex m;
    std::vector<int> order;
    std::vector<green::greenlet<>> all;
    const auto enter = [&](int number) -> green::task<> {
      co_await m.lock();
      order.push_back(number);
      co_await others_wait();
      m.unlock();
    };
    CHECK(m.try_lock());
    for (int i = 0; i < 5; ++i) all.push_back(green::spawn(enter, i));
    co_await others_wait();
    m.unlock();
    CHECK_FALSE(m.try_lock());  // it is the first waiter's already
    all.push_back(green::spawn(enter, 5));
    co_await green::joinall(all);
    CHECK(order == std::vector{0, 1, 2, 3, 4, 5});
  });
}

TEST_CASE("a wait that times out is as if it had not been") {
  tests::run_virtual([]() -> green::task<> {
    green::timed_mutex m;
    co_await m.lock();
    const auto attempt = [&](std::chrono::nanoseconds timeout) {
      return m.try_lock_for(timeout);
    };
    const auto impatient = [&]() -> green::task<> {
      const auto start = green::core::now();
      CHECK_FALSE(co_await attempt(3s));
      CHECK(tests::since(start) == 3s);
    };
    const auto patient = [&]() -> green::task<> {
      const auto start = green::core::now();
      CHECK(co_await attempt(1h));
      CHECK(tests::since(start) == 10s);
      m.unlock();
    };
    auto first = green::spawn(impatient);
    auto second = green::spawn(patient);
    co_await green::sleep(10s);
    CHECK(first.ready());
    m.unlock();
    co_await second.join();
    CHECK(m.try_lock());
    m.unlock();
  });
}

TEST_CASE("a timeout ends a lock that would wait") {
  tests::run_virtual([]() -> green::task<> {
    green::mutex m;
    co_await m.lock();
    const auto waiting = [&]() -> green::task<> {
      const auto wait_for_it = [&] { return m.lock(); };
      CHECK_THROWS_AS(co_await green::with_timeout(5s, wait_for_it),
                      green::timed_out);
    };
    auto other = green::spawn(waiting);
    co_await other.join();
    m.unlock();
    CHECK(m.try_lock());
    m.unlock();
  });
}

TEST_CASE("a killed waiter goes without the mutex") {
  green::run([]() -> green::task<> {
    green::recursive_mutex m;
    co_await m.lock();
    bool locked = false;
    const auto wait = [&]() -> green::task<> {
      co_await m.lock();
      locked = true;
    };
    auto before = green::spawn(wait);
    co_await others_wait();
    co_await before.kill();
    CHECK(before.was_killed());
    CHECK_FALSE(locked);
    m.unlock();
    CHECK(co_await free_for_others<tests::green_locks>(m));
  });
}

TEST_CASE("a mutex that was handed over is delivered before the kill") {
  green::run([]() -> green::task<> {
    green::mutex m;
    co_await m.lock();
    bool locked = false;
    const auto wait = [&]() -> green::task<> {
      const auto held = co_await m.scoped_lock();
      locked = held.owns_lock();
      co_await green::sleep();
      FAIL_CHECK("the kill comes with the next await");
    };
    auto waiter = green::spawn(wait);
    co_await others_wait();
    m.unlock();
    co_await waiter.kill();
    CHECK(locked);
    CHECK(m.try_lock());
    m.unlock();
  });
}

TEST_CASE("a green thread that is to die locks nothing, even if it is free") {
  green::run([]() -> green::task<> {
    green::mutex m;
    const auto late = [&]() -> green::task<> {
      green::getcurrent().kill_nowait();
      co_await m.lock();
      FAIL_CHECK("it was killed");
    };
    auto waiter = green::spawn(late);
    co_await waiter.join();
    CHECK(waiter.was_killed());
    CHECK(m.try_lock());
    m.unlock();
  });
}

TEST_CASE("green threads of three hubs take turns") {
  green::mutex m;
  int counted = 0;
  tests::run_hubs(3, [&](int) -> green::task<> {
    const auto count = [&]() -> green::task<> {
      for (int i = 0; i < 500; ++i) {
        const auto held = co_await m.scoped_lock();
        ++counted;
        if (i % 7 == 0) co_await green::sleep();
      }
    };
    std::vector<green::greenlet<>> all;
    for (int i = 0; i < 4; ++i) all.push_back(green::spawn(count));
    co_await green::joinall(all);
  });
  CHECK(counted == 6000);
}

TEST_CASE("a thread of the system may try and unlock") {
  green::mutex m;
  std::atomic<bool> waits = false;
  REQUIRE(m.try_lock());
  std::thread hub([&] {
    green::run([&]() -> green::task<> {
      CHECK_FALSE(m.try_lock());
      waits = true;
      co_await m.lock();
    });
  });
  while (!waits) std::this_thread::yield();
  m.unlock();
  hub.join();
  CHECK_FALSE(m.try_lock());
  m.unlock();  // who unlocks need not be who has locked: there is no thread
  CHECK(ready_at_start.try_lock());
  ready_at_start.unlock();
}

TEST_CASE("a recursive mutex is also a thread's of the system") {
  green::recursive_mutex m;
  CHECK(m.try_lock());
  CHECK(m.try_lock());
  std::thread([&] { CHECK_FALSE(m.try_lock()); }).join();
  m.unlock();
  std::thread([&] { CHECK_FALSE(m.try_lock()); }).join();
  m.unlock();
  std::thread([&] {
    CHECK(m.try_lock());
    m.unlock();
  }).join();
}

TEST_CASE_TEMPLATE("only its owner may unlock a recursive mutex", Mutex,
                   green::recursive_mutex,
                   green::recursive_timed_mutex) {  // I8
  const char* const message = "by another than its owner";
  CHECK(tests::dying_words([] {
          Mutex m;
          m.unlock();
        }).find(message) != std::string::npos);
  CHECK(tests::dying_words([] {
          green::run([]() -> green::task<> {
            Mutex m;
            const auto hold = [&]() -> green::task<> {
              co_await m.lock();
              co_await green::sleep(1h);
            };
            green::spawn(hold);
            co_await green::sleep();
            m.unlock();
          });
        }).find(message) != std::string::npos);
}

TEST_CASE("a misused mutex aborts with a message") {
  CHECK(tests::dying_words([] {
          green::run([]() -> green::task<> {
            auto m = std::make_unique<green::mutex>();
            CHECK(m->try_lock());
            const auto wait = [&]() -> green::task<> { co_await m->lock(); };
            green::spawn(wait);
            co_await green::sleep();
            m.reset();
          });
        }).find("destroyed with waiters") != std::string::npos);
}
