// SPDX-License-Identifier: MIT
// Locks that C code holds while its fiber waits.
#include <doctest/doctest.h>
#include <pthread.h>
#include <time.h>

#include <atomic>
#include <cerrno>
#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include "green/greenlet.h"
#include "green/patched.h"
#include "green/pthread.h"
#include "tests/support/death.h"
#include "tests/support/hooked.h"
#include "tests/support/virtual_time.h"
#include "tests/support/waiting.h"

using namespace std::chrono_literals;
using tests::hooked;
using tests::on_fiber;

namespace {

namespace c {
const auto lock = hooked("pthread_mutex_lock", ::pthread_mutex_lock);
const auto trylock = hooked("pthread_mutex_trylock", ::pthread_mutex_trylock);
const auto timedlock =
    hooked("pthread_mutex_timedlock", ::pthread_mutex_timedlock);
const auto clocklock =
    hooked("pthread_mutex_clocklock", ::pthread_mutex_clocklock);
const auto unlock = hooked("pthread_mutex_unlock", ::pthread_mutex_unlock);
const auto nanosleep = hooked("nanosleep", ::nanosleep);
}  // namespace c

void pause_a_moment() {
  const timespec moment{0, 1'000'000};
  c::nanosleep(&moment, nullptr);
}

struct kind {
  int type;
  int protocol = PTHREAD_PRIO_NONE;
  int robust = PTHREAD_MUTEX_STALLED;
};

struct mutex {
  explicit mutex(kind k) {
    pthread_mutexattr_t attributes;
    ::pthread_mutexattr_init(&attributes);
    ::pthread_mutexattr_settype(&attributes, k.type);
    ::pthread_mutexattr_setprotocol(&attributes, k.protocol);
    ::pthread_mutexattr_setrobust(&attributes, k.robust);
    ::pthread_mutex_init(&raw, &attributes);
    ::pthread_mutexattr_destroy(&attributes);
  }
  mutex(const mutex&) = delete;
  mutex& operator=(const mutex&) = delete;
  ~mutex() { ::pthread_mutex_destroy(&raw); }
  operator pthread_mutex_t*() { return &raw; }

  pthread_mutex_t raw;
};

template <class F>
green::greenlet<> start(F f) {
  return green::spawn(
      [f = std::move(f)]() -> green::task<> { co_await on_fiber(f); });
}

constexpr int types[] = {PTHREAD_MUTEX_NORMAL, PTHREAD_MUTEX_RECURSIVE,
                         PTHREAD_MUTEX_ERRORCHECK, PTHREAD_MUTEX_ADAPTIVE_NP};

std::vector<kind> kinds() {
  std::vector<kind> all;
  for (const int type : types) {
    for (const int protocol : {PTHREAD_PRIO_NONE, PTHREAD_PRIO_INHERIT}) {
      all.push_back({type, protocol, PTHREAD_MUTEX_STALLED});
      all.push_back({type, protocol, PTHREAD_MUTEX_ROBUST});
    }
  }
  return all;
}

std::string name(const kind& k) {
  return "type " + std::to_string(k.type) +
         (k.protocol == PTHREAD_PRIO_INHERIT ? ", inherits priority" : "") +
         (k.robust == PTHREAD_MUTEX_ROBUST ? ", robust" : "");
}

}  // namespace

// Before there are fibers: they are threads to ThreadSanitizer, which lets no
// child of many threads start one.
TEST_CASE("a lock by the hub's own code that a parked fiber has is told") {
  for (const int type : {PTHREAD_MUTEX_NORMAL, PTHREAD_MUTEX_RECURSIVE}) {
    CAPTURE(type);
    const std::string words = tests::dying_words([type] {
      green::run([type]() -> green::task<> {
        mutex m({type});
        const auto holder = start([&] {
          c::lock(m);
          const timespec long_time{1000, 0};
          c::nanosleep(&long_time, nullptr);
        });
        co_await tests::others_wait();
        c::lock(m);
      });
    });
    CHECK(words.find("is held by a parked green::patched() fiber of this "
                     "thread") != std::string::npos);
  }
}

TEST_CASE("one fiber at a time has a mutex, of any kind") {
  for (const kind& k : kinds()) {
    INFO(name(k));
    tests::run_virtual([&k]() -> green::task<> {
      mutex m(k);
      int inside = 0, done = 0;
      std::vector<green::greenlet<>> all;
      for (int i = 0; i < 10; ++i) {
        all.push_back(start([&] {
          for (int round = 0; round < 5; ++round) {
            CHECK(c::lock(m) == 0);
            CHECK(++inside == 1);
            pause_a_moment();
            --inside;
            CHECK(c::unlock(m) == 0);
          }
          ++done;
        }));
      }
      for (const auto& each : all) co_await each.join();
      CHECK(done == 10);
    });
  }
}

TEST_CASE("a recursive mutex belongs to its fiber") {
  tests::run_virtual([]() -> green::task<> {
    mutex m({PTHREAD_MUTEX_RECURSIVE});
    bool out = false;
    const auto holder = start([&] {
      CHECK(c::lock(m) == 0);
      CHECK(c::lock(m) == 0);
      CHECK(c::trylock(m) == 0);
      pause_a_moment();
      CHECK(c::unlock(m) == 0);
      CHECK(c::unlock(m) == 0);
      pause_a_moment();
      out = true;
      CHECK(c::unlock(m) == 0);
    });
    co_await tests::others_wait();
    co_await on_fiber([&] {
      CHECK(c::trylock(m) == EBUSY);
      CHECK(c::unlock(m) == EPERM);
      CHECK(c::lock(m) == 0);
      CHECK(out);
      CHECK(c::unlock(m) == 0);
    });
    co_await holder.join();
  });
}

TEST_CASE("a mutex that checks for errors knows its fiber") {
  tests::run_virtual([]() -> green::task<> {
    mutex m({PTHREAD_MUTEX_ERRORCHECK});
    const auto holder = start([&] {
      CHECK(c::lock(m) == 0);
      CHECK(c::lock(m) == EDEADLK);
      CHECK(c::trylock(m) == EBUSY);
      pause_a_moment();
      CHECK(c::unlock(m) == 0);
    });
    co_await tests::others_wait();
    co_await on_fiber([&] {
      CHECK(c::unlock(m) == EPERM);
      CHECK(c::lock(m) == 0);
      CHECK(c::unlock(m) == 0);
    });
    co_await holder.join();
  });
}

TEST_CASE("green code and a fiber know each other as owners") {
  for (const int type : types) {
    CAPTURE(type);
    const bool checks =
        type == PTHREAD_MUTEX_RECURSIVE || type == PTHREAD_MUTEX_ERRORCHECK;
    tests::run_virtual([type, checks]() -> green::task<> {
      mutex m({type});
      bool out = false;
      const auto holder = start([&] {
        CHECK(c::lock(m) == 0);
        pause_a_moment();
        out = true;
        CHECK(c::unlock(m) == 0);
      });
      co_await tests::others_wait();
      CHECK(green::pthread_mutex_trylock(m) == EBUSY);
      if (checks) CHECK(green::pthread_mutex_unlock(m) == EPERM);
      CHECK(co_await green::pthread_mutex_lock(m) == 0);
      CHECK(out);
      const auto comes = start([&] {
        CHECK(c::trylock(m) == EBUSY);
        if (checks) CHECK(c::unlock(m) == EPERM);
        CHECK(c::lock(m) == 0);
        CHECK(!out);
        CHECK(c::unlock(m) == 0);
      });
      co_await tests::others_wait();
      out = false;
      CHECK(green::pthread_mutex_unlock(m) == 0);
      co_await holder.join();
      co_await comes.join();
    });
  }
}

TEST_CASE("a mutex stays the green thread's from one patched call to another") {
  tests::run_virtual([]() -> green::task<> {
    mutex m({PTHREAD_MUTEX_ERRORCHECK});
    co_await on_fiber([&] { CHECK(c::lock(m) == 0); });
    CHECK(co_await green::pthread_mutex_lock(m) == EDEADLK);
    const auto other = start([&] { CHECK(c::trylock(m) == EBUSY); });
    co_await other.join();
    co_await on_fiber([&] { CHECK(c::unlock(m) == 0); });
    CHECK(green::pthread_mutex_unlock(m) == EPERM);
  });
}

TEST_CASE("a lock with a deadline gives up") {
  tests::run_virtual([]() -> green::task<> {
    mutex m({PTHREAD_MUTEX_NORMAL});
    const auto holder = start([&] {
      CHECK(c::lock(m) == 0);
      const timespec long_time{1000, 0};
      c::nanosleep(&long_time, nullptr);
      CHECK(c::unlock(m) == 0);
    });
    co_await tests::others_wait();
    co_await on_fiber([&] {
      const auto start = green::core::now();
      timespec until{};
      ::clock_gettime(CLOCK_REALTIME, &until);
      until.tv_sec += 10;
      CHECK(c::timedlock(m, &until) == ETIMEDOUT);
      CHECK(tests::since(start) > 9s);
      CHECK(tests::since(start) < 11s);
      ::clock_gettime(CLOCK_MONOTONIC, &until);
      CHECK(c::clocklock(m, CLOCK_MONOTONIC, &until) == ETIMEDOUT);
      until.tv_nsec = -1;
      CHECK(c::clocklock(m, CLOCK_MONOTONIC, &until) == EINVAL);
      until = {};
      ::clock_gettime(CLOCK_REALTIME, &until);
      until.tv_sec += 100'000;
      CHECK(c::timedlock(m, &until) == 0);
      CHECK(c::unlock(m) == 0);
    });
    co_await holder.join();
  });
}

namespace {

void exclude_each_other(const kind& k) {
  mutex m(k);
  int count = 0;
  constexpr int rounds = 300;
  const auto work = [&] {
    for (int i = 0; i < rounds; ++i) {
      c::lock(m);
      const int before = count;
      if (i % 50 == 0) pause_a_moment();
      count = before + 1;
      c::unlock(m);
    }
  };
  std::thread plain(work);
  std::thread past_the_hooks([&] {
    for (int i = 0; i < rounds; ++i) {
      ::pthread_mutex_lock(m);
      ++count;
      ::pthread_mutex_unlock(m);
    }
  });
  const auto hub = [&] {
    green::run([&]() -> green::task<> {
      const auto one = start(work), two = start(work);
      co_await one.join();
      co_await two.join();
    });
  };
  std::thread another_hub(hub);
  hub();
  another_hub.join();
  plain.join();
  past_the_hooks.join();
  CHECK(count == 6 * rounds);
}

}  // namespace

TEST_CASE("fibers and threads exclude each other") {
  exclude_each_other({PTHREAD_MUTEX_NORMAL});
}

TEST_CASE("so they do by a mutex that inherits priority, or is robust") {
  exclude_each_other({PTHREAD_MUTEX_NORMAL, PTHREAD_PRIO_INHERIT});
  exclude_each_other({PTHREAD_MUTEX_RECURSIVE, PTHREAD_PRIO_INHERIT});
  exclude_each_other(
      {PTHREAD_MUTEX_NORMAL, PTHREAD_PRIO_NONE, PTHREAD_MUTEX_ROBUST});
  exclude_each_other(
      {PTHREAD_MUTEX_ERRORCHECK, PTHREAD_PRIO_INHERIT, PTHREAD_MUTEX_ROBUST});
}

TEST_CASE("a robust mutex whose owner has died goes to a fiber") {
  for (const int type : types) {
    CAPTURE(type);
    tests::run_virtual([type]() -> green::task<> {
      mutex m({type, PTHREAD_PRIO_NONE, PTHREAD_MUTEX_ROBUST});
      std::thread([&m] { ::pthread_mutex_lock(m); }).join();
      const auto heir = start([&] {
        CHECK(c::lock(m) == EOWNERDEAD);
        CHECK(::pthread_mutex_consistent(m) == 0);
        pause_a_moment();
        CHECK(c::unlock(m) == 0);
      });
      co_await tests::others_wait();
      co_await on_fiber([&] {
        CHECK(c::trylock(m) == EBUSY);
        CHECK(c::lock(m) == 0);
        CHECK(c::unlock(m) == 0);
      });
      co_await heir.join();
    });
  }
}
