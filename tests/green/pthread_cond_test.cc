// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>
#include <errno.h>

#include <string>
#include <thread>

#include "green/pthread.h"
#include "tests/support/hubs.h"
#include "tests/support/pthread_sides.h"
#include "tests/support/virtual_time.h"
#include "tests/support/waiting.h"

using namespace std::chrono_literals;
using tests::no_time;
using tests::past_time;
using tests::task_of;

namespace {

// A door that opens, by a mutex and a condition variable.
struct door {
  door() = default;
  door(const door&) = delete;
  door& operator=(const door&) = delete;
  ~door() {
    CHECK(green::pthread_cond_destroy(&condition) == 0);
    CHECK(green::pthread_mutex_destroy(&mutex) == 0);
  }

  pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
  pthread_cond_t condition = PTHREAD_COND_INITIALIZER;
  int open = 0;
  int inside = 0;
};

template <class S>
task_of<S> enter(door& d) {
  CHECK(co_await S::pthread_mutex_lock(&d.mutex) == 0);
  while (d.open == 0) {
    CHECK(co_await S::pthread_cond_wait(&d.condition, &d.mutex) == 0);
  }
  --d.open;
  ++d.inside;
  CHECK(S::pthread_mutex_unlock(&d.mutex) == 0);
}

template <class S>
task_of<S> let_in(door& d, int how_many) {
  CHECK(co_await S::pthread_mutex_lock(&d.mutex) == 0);
  d.open += how_many;
  CHECK(S::pthread_mutex_unlock(&d.mutex) == 0);
  if (how_many == 1) {
    CHECK(S::pthread_cond_signal(&d.condition) == 0);
  } else {
    CHECK(S::pthread_cond_broadcast(&d.condition) == 0);
  }
}

}  // namespace

TEST_CASE_TEMPLATE("signal and broadcast", S, PTHREAD_SIDES) {
  S::run([]() -> task_of<S> {
    door d;
    const auto enters = [&d]() -> task_of<S> { co_await enter<S>(d); };
    typename S::thread a(enters), b(enters), c(enters);
    co_await S::this_thread::yield();
    co_await let_in<S>(d, 1);
    co_await let_in<S>(d, 2);
    co_await a.join();
    co_await b.join();
    co_await c.join();
    CHECK(d.inside == 3);
    CHECK(d.open == 0);
  });
}

TEST_CASE_TEMPLATE("errors of a condition variable" *
                       doctest::skip(tests::reports_misuse()),
                   S, PTHREAD_SIDES) {
  S::run([]() -> task_of<S> {
    pthread_cond_t c = PTHREAD_COND_INITIALIZER;
    pthread_mutex_t m = PTHREAD_ERRORCHECK_MUTEX_INITIALIZER_NP;
    CHECK(co_await S::pthread_cond_wait(&c, &m) == EPERM);
    CHECK(co_await S::pthread_mutex_lock(&m) == 0);
    CHECK(co_await S::pthread_cond_timedwait(&c, &m, &no_time) == EINVAL);
    CHECK(co_await S::pthread_cond_timedwait(&c, &m, &past_time) == ETIMEDOUT);
    CHECK(co_await S::pthread_cond_clockwait(&c, &m, CLOCK_TAI, &past_time) ==
          EINVAL);
    CHECK(co_await S::pthread_cond_clockwait(&c, &m, CLOCK_MONOTONIC,
                                             &past_time) == ETIMEDOUT);
    CHECK(co_await S::pthread_mutex_lock(&m) == EDEADLK);
    CHECK(S::pthread_mutex_unlock(&m) == 0);
  });
}

TEST_CASE_TEMPLATE("the clock of a condition variable", S, PTHREAD_SIDES) {
  S::run([]() -> task_of<S> {
    pthread_condattr_t attributes;
    green::pthread_condattr_init(&attributes);
    CHECK(green::pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC) == 0);
    pthread_cond_t c;
    CHECK(green::pthread_cond_init(&c, &attributes) == 0);
    pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;
    CHECK(co_await S::pthread_mutex_lock(&m) == 0);
    // By the wall clock, it would be decades ago.
    const timespec end = tests::in_seconds(0, CLOCK_MONOTONIC);
    CHECK(co_await S::pthread_cond_timedwait(&c, &m, &end) == ETIMEDOUT);
    CHECK(S::pthread_mutex_unlock(&m) == 0);
    CHECK(green::pthread_cond_destroy(&c) == 0);
  });
}

TEST_CASE("a timed wait lasts as long as was said") {
  tests::run_virtual([]() -> green::task<> {
    door d;
    pthread_condattr_t attributes;
    green::pthread_condattr_init(&attributes);
    green::pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    green::pthread_cond_init(&d.condition, &attributes);
    const auto start = green::core::now();
    CHECK(co_await green::pthread_mutex_lock(&d.mutex) == 0);
    for (const clockid_t clock : {CLOCK_MONOTONIC, CLOCK_REALTIME}) {
      timespec end = tests::in_seconds(0, clock);
      end.tv_nsec += 900'000'000;
      if (end.tv_nsec >= 1'000'000'000) {
        ++end.tv_sec;
        end.tv_nsec -= 1'000'000'000;
      }
      const int result = clock == CLOCK_MONOTONIC
                             ? co_await green::pthread_cond_timedwait(
                                   &d.condition, &d.mutex, &end)
                             : co_await green::pthread_cond_clockwait(
                                   &d.condition, &d.mutex, clock, &end);
      CHECK(result == ETIMEDOUT);
    }
    CHECK(tests::since(start) <= 1800ms);
    // A longer wait ends early, as POSIX allows.
    const timespec later = tests::in_seconds(3600);
    CHECK(co_await green::pthread_cond_clockwait(&d.condition, &d.mutex,
                                                 CLOCK_REALTIME, &later) == 0);
    CHECK(tests::since(start) >= 1s);
    CHECK(green::pthread_mutex_unlock(&d.mutex) == 0);
  });
}

TEST_CASE("a kill of a wait throws when the mutex is locked again") {
  green::run([]() -> green::task<> {
    door d;
    std::string log;
    const auto waits = [&]() -> green::task<> {
      co_await green::pthread_mutex_lock(&d.mutex);
      try {
        co_await green::pthread_cond_wait(&d.condition, &d.mutex);
      } catch (const green::killed&) {
        CHECK(green::pthread_mutex_trylock(&d.mutex) == EBUSY);
        log += "locked";
        green::pthread_mutex_unlock(&d.mutex);
        throw;
      }
    };
    const auto waiter = co_await tests::started(waits);
    CHECK(co_await green::pthread_mutex_lock(&d.mutex) == 0);
    waiter.kill_nowait();
    co_await tests::others_wait();
    CHECK(log.empty());
    CHECK_FALSE(waiter.ready());
    CHECK(green::pthread_mutex_unlock(&d.mutex) == 0);
    co_await waiter.join();
    CHECK(log == "locked");
    // A timeout does the same.
    bool expired = false;
    CHECK(co_await green::pthread_mutex_lock(&d.mutex) == 0);
    try {
      const green::timeout limit(1ms);
      for (;;) co_await green::pthread_cond_wait(&d.condition, &d.mutex);
    } catch (const green::timed_out&) {
      expired = true;
    }
    CHECK(expired);
    CHECK(green::pthread_mutex_unlock(&d.mutex) == 0);
  });
}

TEST_CASE("a signal that came before the kill is not lost") {
  green::run([]() -> green::task<> {
    door d;
    const auto enters = [&d]() -> green::task<> {
      co_await enter<tests::green_pthreads>(d);
    };
    const auto first = co_await tests::started(enters);
    const auto second = co_await tests::started(enters);
    co_await let_in<tests::green_pthreads>(d, 1);
    first.kill_nowait();
    co_await tests::others_wait();
    CHECK(d.inside == 1);
    co_await let_in<tests::green_pthreads>(d, 1);
    co_await second.get();
    CHECK(d.inside == 2);
  });
}

TEST_CASE("hubs and OS threads signal each other") {
  door d;
  constexpr int rounds = 200;
  int turn = 0;
  // Each of three takes its turn.
  const auto hub = [&](int me) -> green::task<> {
    for (int round = 0; round < rounds; ++round) {
      CHECK(co_await green::pthread_mutex_lock(&d.mutex) == 0);
      while (turn != 3 * round + me) {
        CHECK(co_await green::pthread_cond_wait(&d.condition, &d.mutex) == 0);
      }
      ++turn;
      CHECK(green::pthread_cond_broadcast(&d.condition) == 0);
      CHECK(green::pthread_mutex_unlock(&d.mutex) == 0);
    }
  };
  std::thread plain([&] {
    for (int round = 0; round < rounds; ++round) {
      ::pthread_mutex_lock(&d.mutex);
      while (turn != 3 * round + 2) ::pthread_cond_wait(&d.condition, &d.mutex);
      ++turn;
      green::pthread_cond_broadcast(&d.condition);  // for green threads, too
      ::pthread_mutex_unlock(&d.mutex);
    }
  });
  tests::run_hubs(2, hub);
  plain.join();
  CHECK(turn == 3 * rounds);
}

TEST_CASE("a signal each for a green thread and one in the original's wait") {
  door d;
  bool waits = false;
  std::thread plain([&] {
    ::pthread_mutex_lock(&d.mutex);
    waits = true;
    while (d.open < 2) ::pthread_cond_wait(&d.condition, &d.mutex);
    ::pthread_mutex_unlock(&d.mutex);
  });
  green::run([&]() -> green::task<> {
    const auto enters = [&d]() -> green::task<> {
      co_await enter<tests::green_pthreads>(d);
    };
    const auto waiter = co_await tests::started(enters);
    for (bool both = false; !both;) {
      co_await green::pthread_mutex_lock(&d.mutex);
      both = waits;
      green::pthread_mutex_unlock(&d.mutex);
    }
    co_await green::pthread_mutex_lock(&d.mutex);
    d.open = 1;
    CHECK(green::pthread_cond_signal(&d.condition) == 0);
    green::pthread_mutex_unlock(&d.mutex);
    co_await waiter.get();
    co_await green::pthread_mutex_lock(&d.mutex);
    d.open = 2;
    CHECK(green::pthread_cond_signal(&d.condition) == 0);
    green::pthread_mutex_unlock(&d.mutex);
  });
  plain.join();
}

TEST_CASE("a signal by the original is seen after a second") {
  tests::run_virtual([]() -> green::task<> {
    door d;
    const auto enters = [&d]() -> green::task<> {
      co_await enter<tests::green_pthreads>(d);
    };
    const auto waiter = green::spawn(enters);
    co_await green::sleep(1ms);
    d.open = 1;
    CHECK(::pthread_cond_signal(&d.condition) == 0);
    CHECK(co_await waiter.join(1s));
  });
}
