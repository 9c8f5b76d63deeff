// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>
#include <errno.h>

#include <array>
#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "green/atomic"
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

constexpr std::array types = {PTHREAD_MUTEX_NORMAL, PTHREAD_MUTEX_ERRORCHECK,
                              PTHREAD_MUTEX_RECURSIVE,
                              PTHREAD_MUTEX_ADAPTIVE_NP};

struct shape {
  int type = PTHREAD_MUTEX_NORMAL;
  int robust = PTHREAD_MUTEX_STALLED;
  int shared = PTHREAD_PROCESS_PRIVATE;
};

class mutex {
 public:
  explicit mutex(shape s = {}) {
    pthread_mutexattr_t made;
    green::pthread_mutexattr_init(&made);
    CHECK(green::pthread_mutexattr_settype(&made, s.type) == 0);
    CHECK(green::pthread_mutexattr_setrobust(&made, s.robust) == 0);
    CHECK(green::pthread_mutexattr_setpshared(&made, s.shared) == 0);
    REQUIRE(green::pthread_mutex_init(&it_, &made) == 0);
    green::pthread_mutexattr_destroy(&made);
  }
  mutex(const mutex&) = delete;
  mutex& operator=(const mutex&) = delete;
  ~mutex() { CHECK(green::pthread_mutex_destroy(&it_) == 0); }
  pthread_mutex_t* get() { return &it_; }

 private:
  pthread_mutex_t it_;
};

std::vector<shape> all_shapes() {
  std::vector<shape> all;
  for (const int type : types) {
    for (const int robust : {PTHREAD_MUTEX_STALLED, PTHREAD_MUTEX_ROBUST}) {
      for (const int shared :
           {PTHREAD_PROCESS_PRIVATE, PTHREAD_PROCESS_SHARED}) {
        all.push_back({type, robust, shared});
      }
    }
  }
  return all;
}

pthread_mutex_t at_start = PTHREAD_MUTEX_INITIALIZER;
pthread_mutex_t recursive_at_start = PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP;

// What one thread gets from each call, by the type of the mutex.
struct answers {
  int owner_try, owner_lock, owner_timed, other_try, other_unlock, other_timed;
  int free_unlock;
  bool operator==(const answers&) const = default;
};

template <class S>
task_of<S> ask_other(pthread_mutex_t* m, answers& got) {
  const auto asks = [m, &got]() -> task_of<S> {
    got.other_try = S::pthread_mutex_trylock(m);
    got.other_timed = co_await S::pthread_mutex_timedlock(m, &past_time);
    CHECK(co_await S::pthread_mutex_timedlock(m, &no_time) == EINVAL);
  };
  typename S::thread other(asks);
  co_await other.join();
}

// Whether a plain mutex may be unlocked by another is not defined.
template <class S>
task_of<S> ask(shape s, answers& got) {
  mutex m(s);
  CHECK(co_await S::pthread_mutex_lock(m.get()) == 0);
  got.owner_try = S::pthread_mutex_trylock(m.get());
  if (got.owner_try == 0) S::pthread_mutex_unlock(m.get());
  const bool waits =
      s.type != PTHREAD_MUTEX_ERRORCHECK && s.type != PTHREAD_MUTEX_RECURSIVE;
  got.owner_lock = waits ? EBUSY : co_await S::pthread_mutex_lock(m.get());
  if (got.owner_lock == 0) S::pthread_mutex_unlock(m.get());
  got.owner_timed = co_await S::pthread_mutex_timedlock(m.get(), &past_time);
  if (got.owner_timed == 0) S::pthread_mutex_unlock(m.get());
  co_await ask_other<S>(m.get(), got);
  const bool checks = !waits || s.robust == PTHREAD_MUTEX_ROBUST;
  const auto unlocks = [&m, &got, checks] {
    got.other_unlock = checks ? S::pthread_mutex_unlock(m.get()) : 0;
  };
  typename S::thread other(unlocks);
  co_await other.join();
  CHECK(S::pthread_mutex_unlock(m.get()) == 0);
  got.free_unlock = checks ? S::pthread_mutex_unlock(m.get()) : 0;
}

}  // namespace

TEST_CASE("each kind of mutex answers as the original" *
          doctest::skip(tests::reports_misuse())) {
  for (const shape& s : all_shapes()) {
    CAPTURE(s.type);
    CAPTURE(s.robust);
    CAPTURE(s.shared);
    answers expected{}, got{};
    const auto system = [&s, &expected]() {
      return ask<tests::pthreads>(s, expected);
    };
    tests::pthreads::run(system);
    const auto mirror = [&s, &got]() {
      return ask<tests::green_pthreads>(s, got);
    };
    green::run(mirror);
    CHECK(got.owner_try == expected.owner_try);
    CHECK(got.owner_lock == expected.owner_lock);
    CHECK(got.owner_timed == expected.owner_timed);
    CHECK(got.other_try == EBUSY);
    CHECK(got.other_try == expected.other_try);
    CHECK(got.other_unlock == expected.other_unlock);
    CHECK(got.other_timed == ETIMEDOUT);
    CHECK(got.other_timed == expected.other_timed);
    CHECK(got.free_unlock == expected.free_unlock);
  }
}

TEST_CASE_TEMPLATE("a mutex is for one at a time", S, PTHREAD_SIDES) {
  for (const shape& s : all_shapes()) {
    mutex m(s);
    S::run([&m]() -> task_of<S> {
      int inside = 0, sum = 0;
      const auto works = [&]() -> task_of<S> {
        for (int i = 0; i < 20; ++i) {
          CHECK(co_await S::pthread_mutex_lock(m.get()) == 0);
          CHECK(++inside == 1);
          co_await S::this_thread::yield();
          ++sum;
          --inside;
          CHECK(S::pthread_mutex_unlock(m.get()) == 0);
        }
      };
      typename S::thread a(works), b(works), c(works);
      co_await a.join();
      co_await b.join();
      co_await c.join();
      CHECK(sum == 60);
    });
  }
}

TEST_CASE_TEMPLATE("static initialisers" *
                       doctest::skip(tests::reports_misuse()),
                   S, PTHREAD_SIDES) {
  S::run([]() -> task_of<S> {
    CHECK(co_await S::pthread_mutex_lock(&at_start) == 0);
    CHECK(S::pthread_mutex_trylock(&at_start) == EBUSY);
    CHECK(S::pthread_mutex_unlock(&at_start) == 0);
    for (int i = 0; i < 3; ++i) {
      CHECK(co_await S::pthread_mutex_lock(&recursive_at_start) == 0);
    }
    for (int i = 0; i < 3; ++i) {
      CHECK(S::pthread_mutex_unlock(&recursive_at_start) == 0);
    }
    CHECK(S::pthread_mutex_unlock(&recursive_at_start) == EPERM);
  });
}

TEST_CASE_TEMPLATE("times of a lock", S, PTHREAD_SIDES) {
  S::run([]() -> task_of<S> {
    mutex m;
    // A free mutex needs no time.
    CHECK(co_await S::pthread_mutex_timedlock(m.get(), &no_time) == 0);
    CHECK(S::pthread_mutex_unlock(m.get()) == 0);
    CHECK(co_await S::pthread_mutex_clocklock(m.get(), CLOCK_MONOTONIC,
                                              &past_time) == 0);
    CHECK(co_await S::pthread_mutex_clocklock(m.get(), CLOCK_MONOTONIC,
                                              &past_time) == ETIMEDOUT);
    if (!tests::reports_misuse()) {
      CHECK(co_await S::pthread_mutex_clocklock(m.get(), CLOCK_TAI,
                                                &past_time) == EINVAL);
    }
    const timespec soon = tests::in_seconds(0, CLOCK_MONOTONIC);
    CHECK(co_await S::pthread_mutex_clocklock(m.get(), CLOCK_MONOTONIC,
                                              &soon) == ETIMEDOUT);
    CHECK(S::pthread_mutex_unlock(m.get()) == 0);
  });
}

TEST_CASE("a mutex that is held is not destroyed" *
          doctest::skip(tests::reports_misuse())) {
  green::run([]() -> green::task<> {
    mutex m;
    CHECK(co_await green::pthread_mutex_lock(m.get()) == 0);
    CHECK(green::pthread_mutex_destroy(m.get()) == EBUSY);
    CHECK(green::pthread_mutex_unlock(m.get()) == 0);
  });
}

TEST_CASE("priorities are refused") {
  pthread_mutexattr_t attributes;
  green::pthread_mutexattr_init(&attributes);
  CHECK(green::pthread_mutexattr_setprotocol(&attributes, PTHREAD_PRIO_NONE) ==
        0);
  CHECK(green::pthread_mutexattr_setprotocol(&attributes, 99) == EINVAL);
  for (const int protocol : {PTHREAD_PRIO_INHERIT, PTHREAD_PRIO_PROTECT}) {
    CHECK(green::pthread_mutexattr_setprotocol(&attributes, protocol) ==
          ENOTSUP);
    CHECK(::pthread_mutexattr_setprotocol(&attributes, protocol) == 0);
    pthread_mutex_t m;
    CHECK(green::pthread_mutex_init(&m, &attributes) == ENOTSUP);
  }
  green::pthread_mutexattr_destroy(&attributes);
  int ceiling = 0;
  CHECK(green::pthread_mutex_getprioceiling(&at_start, &ceiling) == EINVAL);
}

TEST_CASE_TEMPLATE("the owner of a robust mutex dies", S, PTHREAD_SIDES) {
  for (const int type : {PTHREAD_MUTEX_NORMAL, PTHREAD_MUTEX_ERRORCHECK,
                         PTHREAD_MUTEX_RECURSIVE}) {
    S::run([type]() -> task_of<S> {
      const shape robust{type, PTHREAD_MUTEX_ROBUST};
      mutex first(robust), m(robust), last(robust), live(robust);
      const auto dies = [&]() -> task_of<S> {
        CHECK(co_await S::pthread_mutex_lock(first.get()) == 0);
        CHECK(co_await S::pthread_mutex_lock(m.get()) == 0);
        CHECK(co_await S::pthread_mutex_lock(last.get()) == 0);
        CHECK(S::pthread_mutex_unlock(first.get()) == 0);
      };
      CHECK(co_await S::pthread_mutex_lock(live.get()) == 0);
      typename S::thread owner(dies);
      co_await owner.join();
      CHECK(S::pthread_mutex_trylock(first.get()) == 0);
      CHECK(S::pthread_mutex_unlock(first.get()) == 0);
      // One is mended, the other is not.
      CHECK(co_await S::pthread_mutex_lock(m.get()) == EOWNERDEAD);
      CHECK(green::pthread_mutex_consistent(m.get()) == 0);
      CHECK(S::pthread_mutex_unlock(m.get()) == 0);
      CHECK(co_await S::pthread_mutex_lock(m.get()) == 0);
      CHECK(S::pthread_mutex_unlock(m.get()) == 0);
      CHECK(S::pthread_mutex_trylock(last.get()) == EOWNERDEAD);
      CHECK(S::pthread_mutex_unlock(last.get()) == 0);
      CHECK(co_await S::pthread_mutex_lock(last.get()) == ENOTRECOVERABLE);
      CHECK(S::pthread_mutex_trylock(last.get()) == ENOTRECOVERABLE);
      CHECK(S::pthread_mutex_unlock(live.get()) == 0);
    });
  }
}

TEST_CASE("a waiter gets the mutex of a green thread that was killed") {
  green::run([]() -> green::task<> {
    mutex m({PTHREAD_MUTEX_NORMAL, PTHREAD_MUTEX_ROBUST});
    const auto holds = [&m]() -> green::task<> {
      co_await green::pthread_mutex_lock(m.get());
      co_await green::sleep(1h);
    };
    const auto waits = [&m]() -> green::task<> {
      CHECK(co_await green::pthread_mutex_lock(m.get()) == EOWNERDEAD);
      CHECK(green::pthread_mutex_consistent(m.get()) == 0);
      CHECK(green::pthread_mutex_unlock(m.get()) == 0);
    };
    const auto holder = co_await tests::started(holds);
    const auto waiter = co_await tests::started(waits);
    co_await holder.kill();
    co_await waiter.get();
  });
}

TEST_CASE("the list of robust mutexes stays whole for the C library") {
  // Its end is seen by the kernel, as that of an OS thread with two locks.
  mutex before({PTHREAD_MUTEX_NORMAL, PTHREAD_MUTEX_ROBUST});
  mutex dead({PTHREAD_MUTEX_NORMAL, PTHREAD_MUTEX_ROBUST});
  mutex after({PTHREAD_MUTEX_NORMAL, PTHREAD_MUTEX_ROBUST});
  std::thread([&] {
    ::pthread_mutex_lock(before.get());
    green::run([&]() -> green::task<> {
      const auto dies = [&]() -> green::task<> {
        CHECK(co_await green::pthread_mutex_lock(dead.get()) == 0);
      };
      const auto holder = green::spawn(dies);
      co_await holder.join();
    });
    ::pthread_mutex_lock(after.get());
  }).join();
  for (mutex* m : {&before, &dead, &after}) {
    CHECK(::pthread_mutex_trylock(m->get()) == EOWNERDEAD);
    CHECK(::pthread_mutex_consistent(m->get()) == 0);
    CHECK(::pthread_mutex_unlock(m->get()) == 0);
  }
}

TEST_CASE("waiters get a mutex in the order of their coming") {
  green::run([]() -> green::task<> {
    mutex m;
    std::string order;
    const auto takes = [&](char name) -> green::task<> {
      for (int i = 0; i < 3; ++i) {
        CHECK(co_await green::pthread_mutex_lock(m.get()) == 0);
        order += name;
        co_await green::sleep();
        green::pthread_mutex_unlock(m.get());
      }
    };
    const auto a = green::spawn(takes, 'a');
    const auto b = green::spawn(takes, 'b');
    const auto c = green::spawn(takes, 'c');
    co_await a.get();
    co_await b.get();
    co_await c.get();
    CHECK(order == "abcabcabc");
  });
}

TEST_CASE("a kill and a timeout end a wait, and no lock is lost") {
  for (const shape& s : all_shapes()) {
    green::run([&s]() -> green::task<> {
      mutex m(s);
      green::atomic_flag over;
      const auto holds = [&]() -> green::task<> {
        co_await green::pthread_mutex_lock(m.get());
        co_await over.wait(false);
        CHECK(green::pthread_mutex_unlock(m.get()) == 0);
      };
      const auto waits = [&m]() -> green::task<> {
        const int result = co_await green::pthread_mutex_lock(m.get());
        CHECK(result == 0);
        CHECK(green::pthread_mutex_unlock(m.get()) == 0);
      };
      const auto holder = co_await tests::started(holds);
      co_await tests::check_interruptible(waits);
      const auto first = co_await tests::started(waits);
      const auto second = co_await tests::started(waits);
      over.test_and_set();
      over.notify_one();
      co_await holder.get();
      first.kill_nowait();  // the lock may be its own already
      co_await second.get();
      CHECK(green::pthread_mutex_trylock(m.get()) == 0);
      CHECK(green::pthread_mutex_unlock(m.get()) == 0);
    });
  }
}

TEST_CASE("a lock in time, and a lock too late") {
  tests::run_virtual([]() -> green::task<> {
    mutex m;
    CHECK(co_await green::pthread_mutex_lock(m.get()) == 0);
    const auto start = green::core::now();
    const timespec end = tests::in_seconds(3600);
    const auto waits = [&]() -> green::task<> {
      CHECK(co_await green::pthread_mutex_timedlock(m.get(), &end) ==
            ETIMEDOUT);
    };
    const auto late = green::spawn(waits);
    co_await late.get();
    CHECK(tests::since(start) > 3590s);
    const timespec more = tests::in_seconds(3600);
    const auto gets = [&]() -> green::task<> {
      CHECK(co_await green::pthread_mutex_timedlock(m.get(), &more) == 0);
      CHECK(green::pthread_mutex_unlock(m.get()) == 0);
    };
    const auto in_time = co_await tests::started(gets);
    CHECK(green::pthread_mutex_unlock(m.get()) == 0);
    co_await in_time.get();
    CHECK(tests::since(start) < 3700s);
  });
}

TEST_CASE("a mutex that a green thread locks twice is a deadlock") {
  bool reported = false;
  try {
    green::run([]() -> green::task<> {
      static pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;
      co_await green::pthread_mutex_lock(&m);
      co_await green::pthread_mutex_lock(&m);
    });
  } catch (const green::loop_exit&) {
    reported = true;
  }
  CHECK(reported);
}

TEST_CASE("hubs, and OS threads that use the original") {
  for (const shape& s : all_shapes()) {
    mutex m(s);
    constexpr int rounds = 200;
    int sum = 0;
    const auto plain = [&] {
      for (int i = 0; i < rounds; ++i) {
        CHECK(::pthread_mutex_lock(m.get()) == 0);
        ++sum;
        CHECK(::pthread_mutex_unlock(m.get()) == 0);
      }
    };
    const auto hub = [&](int) -> green::task<> {
      const auto works = [&]() -> green::task<> {
        for (int i = 0; i < rounds; ++i) {
          CHECK(co_await green::pthread_mutex_lock(m.get()) == 0);
          ++sum;
          if (i % 10 == 0) co_await green::sleep();
          CHECK(green::pthread_mutex_unlock(m.get()) == 0);
        }
      };
      const auto a = green::spawn(works);
      const auto b = green::spawn(works);
      co_await a.get();
      co_await b.get();
    };
    std::thread other(plain);
    tests::run_hubs(2, hub);
    other.join();
    CHECK(sum == 5 * rounds);
  }
}
