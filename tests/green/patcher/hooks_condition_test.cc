// SPDX-License-Identifier: MIT
// Condition variables, reader-writer locks and semaphores of C code on fibers.
#include <doctest/doctest.h>
#include <pthread.h>
#include <semaphore.h>
#include <time.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <deque>
#include <thread>
#include <vector>

#include "green/greenlet.h"
#include "green/patched.h"
#include "green/patcher.h"
#include "green/patcher/gate.h"
#include "green/pthread.h"
#include "green/timeout.h"
#include "tests/support/hooked.h"
#include "tests/support/oracle.h"
#include "tests/support/virtual_time.h"
#include "tests/support/waiting.h"

using namespace std::chrono_literals;
using tests::answer;
using tests::failed;
using tests::hooked;
using tests::on_fiber;

namespace {

namespace c {
const auto lock = hooked("pthread_mutex_lock", ::pthread_mutex_lock);
const auto unlock = hooked("pthread_mutex_unlock", ::pthread_mutex_unlock);
const auto wait = hooked("pthread_cond_wait", ::pthread_cond_wait);
const auto timedwait =
    hooked("pthread_cond_timedwait", ::pthread_cond_timedwait);
const auto clockwait =
    hooked("pthread_cond_clockwait", ::pthread_cond_clockwait);
const auto signal = hooked("pthread_cond_signal", ::pthread_cond_signal);
const auto broadcast =
    hooked("pthread_cond_broadcast", ::pthread_cond_broadcast);
const auto rdlock = hooked("pthread_rwlock_rdlock", ::pthread_rwlock_rdlock);
const auto wrlock = hooked("pthread_rwlock_wrlock", ::pthread_rwlock_wrlock);
const auto timedwrlock =
    hooked("pthread_rwlock_timedwrlock", ::pthread_rwlock_timedwrlock);
const auto rwunlock = hooked("pthread_rwlock_unlock", ::pthread_rwlock_unlock);
const auto sem_wait = hooked("sem_wait", ::sem_wait);
const auto sem_timedwait = hooked("sem_timedwait", ::sem_timedwait);
const auto sem_post = hooked("sem_post", ::sem_post);
const auto nanosleep = hooked("nanosleep", ::nanosleep);
}  // namespace c

void pause_a_moment() {
  const timespec moment{0, 1'000'000};
  c::nanosleep(&moment, nullptr);
}

timespec from_now(clockid_t clock, std::chrono::nanoseconds time) {
  timespec point{};
  ::clock_gettime(clock, &point);
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(time);
  point.tv_sec += seconds.count();
  point.tv_nsec += (time - seconds).count();
  if (point.tv_nsec >= 1'000'000'000) {
    ++point.tv_sec;
    point.tv_nsec -= 1'000'000'000;
  }
  return point;
}

template <class F>
green::greenlet<> start(F f) {
  return green::spawn(
      [f = std::move(f)]() -> green::task<> { co_await on_fiber(f); });
}

// A queue as C code writes one.
struct queue {
  pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
  pthread_cond_t filled = PTHREAD_COND_INITIALIZER;
  std::deque<int> items;

  void put(int item) {
    c::lock(&mutex);
    items.push_back(item);
    c::signal(&filled);
    c::unlock(&mutex);
  }
  int get() {
    c::lock(&mutex);
    while (items.empty()) CHECK(c::wait(&filled, &mutex) == 0);
    const int item = items.front();
    items.pop_front();
    c::unlock(&mutex);
    return item;
  }
};

}  // namespace

TEST_CASE("a condition variable hands items over, between fibers") {
  tests::run_virtual([]() -> green::task<> {
    const auto begin = green::core::now();
    queue q;
    int sum = 0;
    std::vector<green::greenlet<>> readers;
    for (int i = 0; i < 10; ++i) {
      readers.push_back(start([&] {
        for (int k = 0; k < 20; ++k) sum += q.get();
      }));
    }
    co_await tests::others_wait();
    co_await on_fiber([&] {
      for (int k = 0; k < 200; ++k) {
        q.put(k);
        if (k % 7 == 0) pause_a_moment();
      }
    });
    for (const auto& each : readers) co_await each.join();
    CHECK(sum == 199 * 100);
    CHECK(tests::since(begin) < 1s);  // by signals, not by early ends
  });
}

TEST_CASE("a condition variable hands items over, to and from green code") {
  tests::run_virtual([]() -> green::task<> {
    const auto begin = green::core::now();
    queue asked, answered;
    const auto serves = start([&] {
      for (int k = 0; k < 20; ++k) answered.put(2 * asked.get());
    });
    for (int k = 0; k < 20; ++k) {
      co_await green::pthread_mutex_lock(&asked.mutex);
      asked.items.push_back(k);
      green::pthread_cond_signal(&asked.filled);
      green::pthread_mutex_unlock(&asked.mutex);
      co_await green::pthread_mutex_lock(&answered.mutex);
      while (answered.items.empty()) {
        co_await green::pthread_cond_wait(&answered.filled, &answered.mutex);
      }
      CHECK(answered.items.front() == 2 * k);
      answered.items.pop_front();
      green::pthread_mutex_unlock(&answered.mutex);
    }
    co_await serves.join();
    CHECK(tests::since(begin) < 1s);  // by signals, not by early ends
  });
}

TEST_CASE("a condition variable hands items over, between hubs and threads") {
  queue to, back;
  constexpr int count = 500;
  std::thread plain([&] {
    for (int i = 0; i < count; ++i) back.put(to.get() + 1);
  });
  std::thread hub([&] {
    green::run([&]() -> green::task<> {
      co_await on_fiber([&] {
        for (int i = 0; i < count; ++i) back.put(to.get() + 1);
      });
    });
  });
  long sum = 0;
  green::run([&]() -> green::task<> {
    co_await on_fiber([&] {
      for (int i = 0; i < 2 * count; ++i) {
        to.put(i);
        if (i >= 10) sum += back.get();
      }
      for (int i = 0; i < 10; ++i) sum += back.get();
    });
  });
  plain.join();
  hub.join();
  CHECK(sum == 1000L * 1001 / 2);
}

TEST_CASE("a broadcast wakes all") {
  tests::run_virtual([]() -> green::task<> {
    queue q;
    bool open = false;
    int through = 0;
    std::vector<green::greenlet<>> all;
    for (int i = 0; i < 20; ++i) {
      all.push_back(start([&] {
        c::lock(&q.mutex);
        while (!open) c::wait(&q.filled, &q.mutex);
        ++through;
        c::unlock(&q.mutex);
      }));
    }
    co_await tests::others_wait();
    const auto begin = green::core::now();
    co_await on_fiber([&] {
      c::lock(&q.mutex);
      open = true;
      c::broadcast(&q.filled);
      c::unlock(&q.mutex);
    });
    for (const auto& each : all) co_await each.join();
    CHECK(through == 20);
    CHECK(tests::since(begin) < 1s);
  });
}

TEST_CASE("a wait for a condition ends by its clock") {
  tests::run_virtual([]() -> green::task<> {
    co_await on_fiber([] {
      queue q;
      c::lock(&q.mutex);
      timespec until = from_now(CLOCK_REALTIME, 500ms);
      auto begin = green::core::now();
      CHECK(c::timedwait(&q.filled, &q.mutex, &until) == ETIMEDOUT);
      CHECK(tests::since(begin) > 400ms);
      CHECK(tests::since(begin) < 1s);
      until = from_now(CLOCK_MONOTONIC, 10ms);
      begin = green::core::now();
      CHECK(c::clockwait(&q.filled, &q.mutex, CLOCK_MONOTONIC, &until) ==
            ETIMEDOUT);
      CHECK(tests::since(begin) < 1s);
      until.tv_nsec = -1;
      CHECK(c::timedwait(&q.filled, &q.mutex, &until) == EINVAL);
      c::unlock(&q.mutex);
    });
  });
}

TEST_CASE("a condition signalled past the hooks is noticed") {
  tests::run_virtual([]() -> green::task<> {
    queue q;
    const auto reader = start([&] { CHECK(q.get() == 5); });
    co_await tests::others_wait();
    ::pthread_mutex_lock(&q.mutex);
    q.items.push_back(5);
    ::pthread_cond_signal(&q.filled);
    ::pthread_mutex_unlock(&q.mutex);
    co_await reader.join();
  });
}

TEST_CASE("where all modules are patched, only a signal ends a wait") {
  green::patcher::monkey_patch();
  tests::run_virtual([]() -> green::task<> {
    queue q;
    int ends = 0;
    const auto reader = start([&] {
      c::lock(&q.mutex);
      CHECK(c::wait(&q.filled, &q.mutex) == 0);
      ++ends;
      c::unlock(&q.mutex);
    });
    co_await green::sleep(10s);
    CHECK(ends == 0);
    co_await on_fiber([&] { c::signal(&q.filled); });
    co_await reader.join();
    CHECK(ends == 1);
  });
  green::patcher::unpatch();
  CHECK_FALSE(green::patcher::sees_all_signals);
}

TEST_CASE("readers share a lock, writers do not") {
  tests::run_virtual([]() -> green::task<> {
    pthread_rwlock_t lock = PTHREAD_RWLOCK_INITIALIZER;
    int reading = 0, most = 0, writing = 0;
    std::vector<green::greenlet<>> all;
    for (int i = 0; i < 10; ++i) {
      all.push_back(start([&, i] {
        const bool writes = i % 3 == 2;
        CHECK((writes ? c::wrlock(&lock) : c::rdlock(&lock)) == 0);
        CHECK(writing == 0);
        (writes ? writing : reading) += 1;
        most = std::max(most, reading);
        if (writes) CHECK(reading == 0);
        pause_a_moment();
        (writes ? writing : reading) -= 1;
        CHECK(c::rwunlock(&lock) == 0);
      }));
    }
    for (const auto& each : all) co_await each.join();
    CHECK(most > 1);
    co_await on_fiber([&] {
      c::rdlock(&lock);
      const timespec until = from_now(CLOCK_REALTIME, 10ms);
      CHECK(c::timedwrlock(&lock, &until) == ETIMEDOUT);
      c::rwunlock(&lock);
    });
  });
}

TEST_CASE("a semaphore is waited for") {
  tests::run_virtual([]() -> green::task<> {
    sem_t semaphore;
    ::sem_init(&semaphore, 0, 0);
    int got = 0;
    const auto waiting = start([&] {
      for (int i = 0; i < 3; ++i) {
        CHECK(c::sem_wait(&semaphore) == 0);
        ++got;
      }
      const timespec until = from_now(CLOCK_REALTIME, 10ms);
      CHECK(answer(c::sem_timedwait(&semaphore, &until)) == failed(ETIMEDOUT));
    });
    co_await tests::others_wait();
    CHECK(got == 0);
    const auto begin = green::core::now();
    CHECK(c::sem_post(&semaphore) == 0);
    co_await tests::others_wait();
    CHECK(got == 1);
    CHECK(tests::since(begin) == 0s);
    CHECK(::sem_post(&semaphore) == 0);  // past the hooks
    co_await on_fiber([&] { CHECK(c::sem_post(&semaphore) == 0); });
    co_await waiting.join();
    CHECK(got == 3);
    ::sem_destroy(&semaphore);
  });
}

TEST_CASE("a killed wait for a condition has its mutex again") {
  tests::run_virtual([]() -> green::task<> {
    queue q;
    int result = 0;
    const auto waiting = start([&] {
      c::lock(&q.mutex);
      result = c::wait(&q.filled, &q.mutex);
      CHECK(c::unlock(&q.mutex) == 0);
    });
    co_await tests::others_wait();
    co_await waiting.kill();
    CHECK(result == ECANCELED);
    CHECK(::pthread_mutex_trylock(&q.mutex) == 0);
    ::pthread_mutex_unlock(&q.mutex);
  });
}
