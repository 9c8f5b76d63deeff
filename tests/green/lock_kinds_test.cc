// SPDX-License-Identifier: MIT
// What every mutex, and every way to lock it, has in common: timeouts, kills,
// several hubs and OS threads.
// greenify: allow-file(held) locks are tested without their guards
#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <mutex>
#include <thread>
#include <type_traits>
#include <vector>

#include "green/green.h"
#include "green/greenlet.h"
#include "green/mutex"
#include "green/shared_mutex"
#include "green/timeout.h"
#include "tests/support/hubs.h"
#include "tests/support/virtual_time.h"
#include "tests/support/waiting.h"

using namespace std::chrono_literals;
using green::task;
using tests::others_wait;

static_assert(std::is_same_v<green::scoped_lock<green::mutex>::mutex_type,
                             std::scoped_lock<green::mutex>::mutex_type>);
static_assert(std::is_nothrow_default_constructible_v<green::scoped_lock<>> &&
              std::is_constructible_v<green::scoped_lock<>, std::adopt_lock_t>);
static_assert(
    !std::is_default_constructible_v<green::scoped_lock<green::mutex>>);

namespace {

template <class Mutex>
struct exclusive {
  auto lock() { return mutex.lock(); }
  auto lock_for(std::chrono::seconds s) { return mutex.try_lock_for(s); }
  bool try_lock() { return mutex.try_lock(); }
  void unlock() { mutex.unlock(); }
  Mutex mutex;
};

template <class Mutex>
struct shared {
  auto lock() { return mutex.lock_shared(); }
  auto lock_for(std::chrono::seconds s) { return mutex.try_lock_shared_for(s); }
  bool try_lock() { return mutex.try_lock_shared(); }
  void unlock() { mutex.unlock_shared(); }
  Mutex mutex;
};

#define TIMED_KINDS                                                       \
  exclusive<green::timed_mutex>, exclusive<green::recursive_timed_mutex>, \
      exclusive<green::shared_timed_mutex>, shared<green::shared_timed_mutex>
#define KINDS                                                 \
  exclusive<green::mutex>, exclusive<green::recursive_mutex>, \
      exclusive<green::shared_mutex>, shared<green::shared_mutex>, TIMED_KINDS

// Nobody has it, not even shared.
template <class Kind>
task<bool> is_free(Kind& kind) {
  const auto attempt = [&]() -> task<bool> {
    const bool locked = kind.mutex.try_lock();
    if (locked) kind.mutex.unlock();
    co_return locked;
  };
  const auto other = green::spawn(attempt);
  co_return co_await other.get();
}

}  // namespace

TEST_CASE_TEMPLATE("a timeout ends the wait for any lock", Kind, KINDS) {
  tests::run_virtual([]() -> task<> {
    Kind kind;
    co_await kind.mutex.lock();
    const auto wait = [&]() -> task<> {
      const auto start = green::core::now();
      const auto lock = [&] { return kind.lock(); };
      CHECK_THROWS_AS(co_await green::with_timeout(5s, lock), green::timed_out);
      CHECK(tests::since(start) == 5s);
    };
    const auto waiter = green::spawn(wait);
    co_await waiter.join();
    kind.mutex.unlock();
    CHECK(co_await is_free(kind));
  });
}

TEST_CASE_TEMPLATE("a kill ends the wait for any lock", Kind, KINDS) {
  green::run([]() -> task<> {
    Kind kind;
    co_await kind.mutex.lock();
    const auto wait = [&]() -> task<> {
      co_await kind.lock();
      FAIL_CHECK("it was killed");
    };
    const auto waiter = green::spawn(wait);
    co_await others_wait();
    co_await waiter.kill();
    CHECK(waiter.was_killed());
    kind.mutex.unlock();
    CHECK(co_await is_free(kind));
  });
}

TEST_CASE_TEMPLATE("a timed wait for any lock gives up, or is in time", Kind,
                   TIMED_KINDS) {
  tests::run_virtual([]() -> task<> {
    Kind kind;
    co_await kind.mutex.lock();
    const auto wait = [&]() -> task<> {
      const auto start = green::core::now();
      CHECK_FALSE(co_await kind.lock_for(3s));
      CHECK(tests::since(start) == 3s);
      CHECK(co_await kind.lock_for(10s));
      CHECK(tests::since(start) == 8s);
      kind.unlock();
    };
    const auto waiter = green::spawn(wait);
    co_await green::sleep(8s);
    kind.mutex.unlock();
    co_await waiter.join();
    CHECK(co_await is_free(kind));
  });
}

TEST_CASE_TEMPLATE("a kill ends a timed wait for any lock", Kind, TIMED_KINDS) {
  tests::run_virtual([]() -> task<> {
    Kind kind;
    co_await kind.mutex.lock();
    const auto wait = [&]() -> task<> {
      co_await kind.lock_for(3s);
      FAIL_CHECK("it was killed");
    };
    const auto waiter = green::spawn(wait);
    co_await green::sleep(1s);
    co_await waiter.kill();
    co_await green::sleep(5s);
    kind.mutex.unlock();
    CHECK(co_await is_free(kind));
  });
}

TEST_CASE_TEMPLATE("any lock keeps the order between three hubs", Kind, KINDS) {
  Kind kind;
  int a = 0, b = 0;
  tests::run_hubs(3, [&](int) -> task<> {
    const auto use = [&]() -> task<> {
      for (int i = 0; i < 100; ++i) {
        co_await kind.mutex.lock();
        ++a;
        if (i % 8 == 0) co_await green::sleep();
        ++b;
        kind.mutex.unlock();
        co_await kind.lock();
        CHECK(a == b);
        kind.unlock();
      }
    };
    const std::vector<green::greenlet<>> all{green::spawn(use),
                                             green::spawn(use)};
    co_await green::joinall(all);
  });
  CHECK(a == 600);
  CHECK(b == 600);
}

TEST_CASE_TEMPLATE("an OS thread may try any lock, and unlock it", Kind,
                   KINDS) {
  Kind kind;
  REQUIRE(kind.mutex.try_lock());
  std::atomic<bool> waits = false;
  std::thread hub([&] {
    green::run([&]() -> task<> {
      CHECK_FALSE(kind.try_lock());
      waits = true;
      co_await kind.lock();
      kind.unlock();
    });
  });
  while (!waits) std::this_thread::yield();
  kind.mutex.unlock();
  hub.join();
  CHECK(kind.try_lock());
  kind.unlock();
  CHECK(kind.mutex.try_lock());
  kind.mutex.unlock();
}
