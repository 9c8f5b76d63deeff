// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>
#include <errno.h>

#include <atomic>
#include <stdexcept>

#include "green/event.h"
#include "green/greenlet.h"
#include "green/pthread.h"
#include "tests/support/forks.h"
#include "tests/support/hubs.h"
#include "tests/support/pthread_sides.h"
#include "tests/support/virtual_time.h"
#include "tests/support/waiting.h"

using namespace std::chrono_literals;
using tests::task_of;

namespace {

int initialised = 0;
green::task<> initialise_slowly() {
  co_await green::sleep(1h);
  ++initialised;
}
green::task<> fail_once() {
  co_await green::sleep();
  if (++initialised == 1) throw std::runtime_error("the first time");
}

}  // namespace

TEST_CASE_TEMPLATE("a barrier lets all go, and names one", S, PTHREAD_SIDES) {
  S::run([]() -> task_of<S> {
    pthread_barrier_t barrier;
    CHECK(S::pthread_barrier_init(&barrier, nullptr, 0) == EINVAL);
    CHECK(S::pthread_barrier_init(&barrier, nullptr, 3) == 0);
    std::atomic<int> arrived = 0, serial = 0;
    const auto goes = [&]() -> task_of<S> {
      for (int round = 1; round <= 20; ++round) {
        ++arrived;
        const int result = co_await S::pthread_barrier_wait(&barrier);
        if (result == PTHREAD_BARRIER_SERIAL_THREAD) {
          ++serial;
        } else {
          CHECK(result == 0);
        }
        CHECK(arrived >= 3 * round);
      }
    };
    typename S::thread a(goes), b(goes), c(goes);
    co_await a.join();
    co_await b.join();
    co_await c.join();
    CHECK(serial == 20);
    CHECK(S::pthread_barrier_destroy(&barrier) == 0);
  });
}

TEST_CASE("a kill takes the arrival at a barrier back") {
  green::run([]() -> green::task<> {
    pthread_barrier_t barrier;
    CHECK(green::pthread_barrier_init(&barrier, nullptr, 2) == 0);
    const auto waits = [&]() -> green::task<> {
      co_await green::pthread_barrier_wait(&barrier);
    };
    co_await tests::check_interruptible(waits);
    const auto first = co_await tests::started(waits);
    CHECK(green::pthread_barrier_destroy(&barrier) == EBUSY);
    CHECK(co_await green::pthread_barrier_wait(&barrier) ==
          PTHREAD_BARRIER_SERIAL_THREAD);
    CHECK(green::pthread_barrier_destroy(&barrier) == 0);
    first.kill_nowait();  // too late: all had come
    co_await first.join();
    CHECK_FALSE(first.was_killed());
  });
}

TEST_CASE("barriers of two hubs, one after another in the same memory") {
  constexpr int rounds = 300;
  pthread_barrier_t barrier;
  CHECK(green::pthread_barrier_init(&barrier, nullptr, 2) == 0);
  int serial = 0;
  tests::run_hubs(2, [&](int) -> green::task<> {
    for (int i = 0; i < rounds; ++i) {
      const int result = co_await green::pthread_barrier_wait(&barrier);
      if (result == PTHREAD_BARRIER_SERIAL_THREAD) ++serial;
      co_await green::pthread_barrier_wait(&barrier);
    }
  });
  CHECK(serial == rounds);
  CHECK(green::pthread_barrier_destroy(&barrier) == 0);
  pthread_barrierattr_t shared;
  green::pthread_barrierattr_init(&shared);
  green::pthread_barrierattr_setpshared(&shared, PTHREAD_PROCESS_SHARED);
  CHECK(green::pthread_barrier_init(&barrier, &shared, 2) == ENOTSUP);
}

TEST_CASE_TEMPLATE("once", S, PTHREAD_SIDES) {
  S::run([]() -> task_of<S> {
    pthread_once_t once = PTHREAD_ONCE_INIT;
    static std::atomic<int> times;
    times = 0;
    const auto calls = [&once]() -> task_of<S> {
      const auto initialise = [] { ++times; };
      CHECK(co_await S::pthread_once(&once, initialise) == 0);
      CHECK(times == 1);
    };
    typename S::thread a(calls), b(calls);
    co_await a.join();
    co_await b.join();
  });
}

// ThreadSanitizer has words of its own for pthread_once. So the original cannot
// follow green's there.
TEST_CASE("all wait for an initialiser that waits" *
          doctest::skip(tests::reports_misuse())) {
  tests::run_virtual([]() -> green::task<> {
    initialised = 0;
    pthread_once_t once = PTHREAD_ONCE_INIT;
    const auto calls = [&once]() -> green::task<> {
      const int result = co_await green::pthread_once(&once, initialise_slowly);
      CHECK(result == 0);
      CHECK(initialised == 1);
    };
    const auto first = co_await tests::started(calls);
    const auto second = co_await tests::started(calls);
    co_await second.kill();
    co_await first.get();
    CHECK(co_await green::pthread_once(&once, initialise_slowly) == 0);
    CHECK(::pthread_once(&once, [] { FAIL("it is done"); }) == 0);
  });
}

TEST_CASE("an initialiser that throws or is killed runs again" *
          doctest::skip(tests::reports_misuse())) {
  green::run([]() -> green::task<> {
    initialised = 0;
    pthread_once_t once = PTHREAD_ONCE_INIT;
    bool thrown = false;
    try {
      co_await green::pthread_once(&once, fail_once);
    } catch (const std::runtime_error&) {
      thrown = true;
    }
    CHECK(thrown);
    CHECK(co_await green::pthread_once(&once, fail_once) == 0);
    CHECK(initialised == 2);
    pthread_once_t killed = PTHREAD_ONCE_INIT;
    const auto calls = [&killed]() -> green::task<> {
      co_await green::pthread_once(&killed, initialise_slowly);
    };
    const auto first = co_await tests::started(calls);
    co_await first.kill();
    CHECK(co_await green::pthread_once(&killed, fail_once) == 0);
    CHECK(initialised == 3);
  });
}

namespace {

pthread_once_t in_progress = PTHREAD_ONCE_INIT;

// In a child of fork, of which the parent's other green threads are no part.
green::task<bool> initialise_again() {
  initialised = 0;
  const int given =
      co_await green::pthread_once(&in_progress, [] { ++initialised; });
  const int given_then = ::pthread_once(&in_progress, [] { ++initialised; });
  pthread_once_t another = PTHREAD_ONCE_INIT;
  bool waited = false;
  const auto other = [&]() -> green::task<> {
    const auto initialise = []() -> green::task<> {
      co_await green::sleep();
      ++initialised;
    };
    co_await green::pthread_once(&another, initialise);
    waited = initialised == 2;
  };
  const auto first = green::spawn(other);
  const auto second = green::spawn(other);
  co_await first.get();
  co_await second.get();
  co_return (given == 0 && given_then == 0 && waited);
}

}  // namespace

TEST_CASE("an initialiser that a fork has interrupted runs in the child" *
          doctest::skip(tests::reports_misuse())) {
  green::run([]() -> green::task<> {
    green::event ends;
    static green::event* at_end;
    at_end = &ends;
    const auto calls = []() -> green::task<> {
      const auto waits = []() -> green::task<> { co_await at_end->wait(); };
      co_await green::pthread_once(&in_progress, waits);
    };
    const auto first = co_await tests::started(calls);
    CHECK(co_await tests::in_child(initialise_again) == tests::exited(0));
    ends.set();
    co_await first.get();
    CHECK(::pthread_once(&in_progress, [] { FAIL("it is done"); }) == 0);
  });
}

TEST_CASE_TEMPLATE("a spin lock", S, PTHREAD_SIDES) {
  S::run([]() -> task_of<S> {
    pthread_spinlock_t lock;
    CHECK(green::pthread_spin_init(&lock, PTHREAD_PROCESS_PRIVATE) == 0);
    int sum = 0;
    const auto works = [&]() -> task_of<S> {
      for (int i = 0; i < 20; ++i) {
        CHECK(co_await S::pthread_spin_lock(&lock) == 0);
        CHECK(green::pthread_spin_trylock(&lock) == EBUSY);
        const int before = sum;
        co_await S::this_thread::yield();
        sum = before + 1;
        CHECK(S::pthread_spin_unlock(&lock) == 0);
      }
    };
    typename S::thread a(works), b(works);
    co_await a.join();
    co_await b.join();
    CHECK(sum == 40);
    CHECK(green::pthread_spin_destroy(&lock) == 0);
  });
}

TEST_CASE("a wait for a spin lock ends by a kill") {
  green::run([]() -> green::task<> {
    pthread_spinlock_t lock;
    green::pthread_spin_init(&lock, PTHREAD_PROCESS_PRIVATE);
    CHECK(co_await green::pthread_spin_lock(&lock) == 0);
    const auto waits = [&lock]() -> green::task<> {
      co_await green::pthread_spin_lock(&lock);
    };
    co_await tests::check_interruptible(waits);
    CHECK(green::pthread_spin_unlock(&lock) == 0);
    CHECK(green::pthread_spin_trylock(&lock) == 0);
    CHECK(green::pthread_spin_unlock(&lock) == 0);
  });
}
