// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>
#include <errno.h>

#include <string>
#include <thread>

#include "green/atomic"
#include "green/pthread.h"
#include "tests/support/death.h"
#include "tests/support/hubs.h"
#include "tests/support/pthread_sides.h"
#include "tests/support/waiting.h"

using namespace std::chrono_literals;
using tests::no_time;
using tests::past_time;
using tests::task_of;

namespace {

pthread_rwlock_t rwlock_at_start = PTHREAD_RWLOCK_INITIALIZER;

}  // namespace

TEST_CASE_TEMPLATE("readers share a lock, and a writer does not", S,
                   PTHREAD_SIDES) {
  S::run([]() -> task_of<S> {
    pthread_rwlock_t* const lock = &rwlock_at_start;
    CHECK(co_await S::pthread_rwlock_rdlock(lock) == 0);
    const auto other = [lock]() -> task_of<S> {
      CHECK(S::pthread_rwlock_tryrdlock(lock) == 0);
      CHECK(S::pthread_rwlock_unlock(lock) == 0);
      CHECK(co_await S::pthread_rwlock_timedrdlock(lock, &past_time) == 0);
      CHECK(S::pthread_rwlock_unlock(lock) == 0);
      CHECK(S::pthread_rwlock_trywrlock(lock) == EBUSY);
      CHECK(co_await S::pthread_rwlock_timedwrlock(lock, &past_time) ==
            ETIMEDOUT);
      CHECK(co_await S::pthread_rwlock_clockwrlock(lock, CLOCK_MONOTONIC,
                                                   &past_time) == ETIMEDOUT);
      CHECK(co_await S::pthread_rwlock_timedwrlock(lock, &no_time) == EINVAL);
    };
    typename S::thread beside(other);
    co_await beside.join();
    CHECK(S::pthread_rwlock_unlock(lock) == 0);
    CHECK(co_await S::pthread_rwlock_wrlock(lock) == 0);
    CHECK(co_await S::pthread_rwlock_rdlock(lock) == EDEADLK);
    CHECK(co_await S::pthread_rwlock_wrlock(lock) == EDEADLK);
    CHECK(S::pthread_rwlock_tryrdlock(lock) == EBUSY);
    CHECK(S::pthread_rwlock_trywrlock(lock) == EBUSY);
    const auto waits = [lock]() -> task_of<S> {
      CHECK(S::pthread_rwlock_tryrdlock(lock) == EBUSY);
      CHECK(co_await S::pthread_rwlock_timedrdlock(lock, &past_time) ==
            ETIMEDOUT);
      CHECK(co_await S::pthread_rwlock_clockrdlock(lock, CLOCK_MONOTONIC,
                                                   &past_time) == ETIMEDOUT);
      CHECK(co_await S::pthread_rwlock_clockrdlock(lock, CLOCK_TAI,
                                                   &past_time) == EINVAL);
    };
    typename S::thread after(waits);
    co_await after.join();
    CHECK(S::pthread_rwlock_unlock(lock) == 0);
  });
}

TEST_CASE_TEMPLATE("a writer waits for readers, and they for it", S,
                   PTHREAD_SIDES) {
  S::run([]() -> task_of<S> {
    pthread_rwlock_t lock = PTHREAD_RWLOCK_INITIALIZER;
    int value = 0;
    const auto writes = [&]() -> task_of<S> {
      for (int i = 0; i < 30; ++i) {
        CHECK(co_await S::pthread_rwlock_wrlock(&lock) == 0);
        const int before = value;
        co_await S::this_thread::yield();
        CHECK(value == before);
        value = before + 1;
        CHECK(S::pthread_rwlock_unlock(&lock) == 0);
      }
    };
    const auto reads = [&]() -> task_of<S> {
      for (int i = 0; i < 30; ++i) {
        CHECK(co_await S::pthread_rwlock_rdlock(&lock) == 0);
        const int before = value;
        co_await S::this_thread::yield();
        CHECK(value == before);
        CHECK(S::pthread_rwlock_unlock(&lock) == 0);
      }
    };
    typename S::thread a(writes), b(writes), c(reads), d(reads);
    co_await a.join();
    co_await b.join();
    co_await c.join();
    co_await d.join();
    CHECK(value == 60);
    CHECK(green::pthread_rwlock_destroy(&lock) == 0);
  });
}

TEST_CASE("a lock that prefers writers keeps new readers out") {
  green::run([]() -> green::task<> {
    pthread_rwlock_t lock = PTHREAD_RWLOCK_WRITER_NONRECURSIVE_INITIALIZER_NP;
    std::string order;
    CHECK(co_await green::pthread_rwlock_rdlock(&lock) == 0);
    const auto writes = [&]() -> green::task<> {
      co_await green::pthread_rwlock_wrlock(&lock);
      order += 'w';
      green::pthread_rwlock_unlock(&lock);
    };
    const auto reads = [&]() -> green::task<> {
      co_await green::pthread_rwlock_rdlock(&lock);
      order += 'r';
      green::pthread_rwlock_unlock(&lock);
    };
    const auto writer = co_await tests::started(writes);
    CHECK(green::pthread_rwlock_tryrdlock(&lock) == EBUSY);
    const auto reader = co_await tests::started(reads);
    green::pthread_rwlock_unlock(&lock);
    co_await writer.get();
    co_await reader.get();
    CHECK(order == "wr");
    // A writer that gives up lets them in.
    CHECK(co_await green::pthread_rwlock_rdlock(&lock) == 0);
    const auto gives_up = co_await tests::started(writes);
    const auto late = co_await tests::started(reads);
    co_await gives_up.kill();
    co_await late.get();
    green::pthread_rwlock_unlock(&lock);
    CHECK(order == "wrr");
  });
}

TEST_CASE("waits for a read-write lock end by a kill and by a timeout") {
  green::run([]() -> green::task<> {
    pthread_rwlock_t lock = PTHREAD_RWLOCK_INITIALIZER;
    green::atomic_flag over;
    const auto holds = [&]() -> green::task<> {
      co_await green::pthread_rwlock_wrlock(&lock);
      co_await over.wait(false);
      CHECK(green::pthread_rwlock_unlock(&lock) == 0);
    };
    const auto writes = [&]() -> green::task<> {
      co_await green::pthread_rwlock_wrlock(&lock);
    };
    const auto reads = [&]() -> green::task<> {
      co_await green::pthread_rwlock_rdlock(&lock);
    };
    const auto holder = co_await tests::started(holds);
    co_await tests::check_interruptible(writes);
    co_await tests::check_interruptible(reads);
    over.test_and_set();
    over.notify_one();
    co_await holder.get();
    CHECK(green::pthread_rwlock_trywrlock(&lock) == 0);
    CHECK(green::pthread_rwlock_unlock(&lock) == 0);
  });
}

TEST_CASE("an unlock of a read-write lock that nobody holds aborts") {
  const auto unlocks = [] {
    pthread_rwlock_t lock = PTHREAD_RWLOCK_INITIALIZER;
    green::pthread_rwlock_unlock(&lock);
  };
  CHECK(tests::dying_words(unlocks).find("nobody holds the lock") !=
        std::string::npos);
}

TEST_CASE("hubs and OS threads share a read-write lock") {
  pthread_rwlock_t lock = PTHREAD_RWLOCK_INITIALIZER;
  constexpr int rounds = 200;
  int value = 0;
  const auto hub = [&](int) -> green::task<> {
    for (int i = 0; i < rounds; ++i) {
      CHECK(co_await green::pthread_rwlock_wrlock(&lock) == 0);
      ++value;
      if (i % 10 == 0) co_await green::sleep();
      CHECK(green::pthread_rwlock_unlock(&lock) == 0);
      CHECK(co_await green::pthread_rwlock_rdlock(&lock) == 0);
      CHECK(value > i);
      CHECK(green::pthread_rwlock_unlock(&lock) == 0);
    }
  };
  std::thread plain([&] {
    for (int i = 0; i < rounds; ++i) {
      ::pthread_rwlock_wrlock(&lock);
      ++value;
      ::pthread_rwlock_unlock(&lock);
    }
  });
  tests::run_hubs(2, hub);
  plain.join();
  CHECK(value == 3 * rounds);
}
