// SPDX-License-Identifier: MIT
#include "green/threads.h"

#include <doctest/doctest.h>
#include <time.h>

#include <memory>
#include <string>

#include "green/mutex"
#include "tests/support/mirror.h"
#include "tests/support/oracle.h"
#include "tests/support/virtual_time.h"
#include "tests/support/waiting.h"

using namespace std::chrono_literals;
using tests::task_of;

static_assert(tests::mirrors(green::thrd_join, ::thrd_join));
static_assert(tests::mirrors(green::thrd_sleep, ::thrd_sleep));
static_assert(tests::mirrors(green::thrd_yield, ::thrd_yield));
static_assert(tests::mirrors(green::mtx_lock, ::mtx_lock));
static_assert(tests::mirrors(green::mtx_timedlock, ::mtx_timedlock));
static_assert(tests::mirrors(green::cnd_wait, ::cnd_wait));
static_assert(tests::mirrors(green::cnd_timedwait, ::cnd_timedwait));
static_assert(tests::mirrors(
    static_cast<green::task<> (*)(::once_flag*, void (*)())>(green::call_once),
    ::call_once));
static_assert(
    tests::gives<decltype(green::thrd_create(nullptr, nullptr, nullptr)), int>);

namespace {

struct original : tests::system_side {
  using start_function = tests::blocking_task<int> (*)(void*);

  static tests::ready<int> thrd_create(thrd_t* thread, start_function start,
                                       void* argument) {
    struct call {
      start_function start;
      void* argument;
    };
    auto made = std::make_unique<call>(call{start, argument});
    const auto run = [](void* given) {
      const std::unique_ptr<call> mine(static_cast<call*>(given));
      return mine->start(mine->argument).await_resume();
    };
    const int result = ::thrd_create(thread, run, made.get());
    if (result == thrd_success) (void)made.release();
    return tests::ready<int>(result);
  }
  static tests::ready<> thrd_yield() {
    ::thrd_yield();
    return {};
  }
  static tests::ready<> call_once(::once_flag* flag, void (*f)()) {
    ::call_once(flag, f);
    return {};
  }
  static constexpr tests::blocking_call thrd_join = &::thrd_join;
  static constexpr tests::blocking_call thrd_sleep = &::thrd_sleep;
  static constexpr tests::blocking_call mtx_lock = &::mtx_lock;
  static constexpr tests::blocking_call mtx_timedlock = &::mtx_timedlock;
  static constexpr tests::blocking_call cnd_wait = &::cnd_wait;
  static constexpr tests::blocking_call cnd_timedwait = &::cnd_timedwait;
  static constexpr auto thrd_current = &::thrd_current;
  static constexpr auto mtx_trylock = &::mtx_trylock;
  static constexpr auto mtx_unlock = &::mtx_unlock;
  static constexpr auto cnd_signal = &::cnd_signal;
  static constexpr auto cnd_broadcast = &::cnd_broadcast;
  static constexpr auto tss_create = &::tss_create;
  static constexpr auto tss_get = &::tss_get;
  static constexpr auto tss_set = &::tss_set;
};

struct mirror : tests::green_side {
  static constexpr auto thrd_create = &green::thrd_create;
  static constexpr auto thrd_yield = &green::thrd_yield;
  static constexpr auto call_once =
      static_cast<green::task<> (*)(::once_flag*, void (*)())>(
          &green::call_once);
  static constexpr auto thrd_join = &green::thrd_join;
  static constexpr auto thrd_sleep = &green::thrd_sleep;
  static constexpr auto mtx_lock = &green::mtx_lock;
  static constexpr auto mtx_timedlock = &green::mtx_timedlock;
  static constexpr auto cnd_wait = &green::cnd_wait;
  static constexpr auto cnd_timedwait = &green::cnd_timedwait;
  static constexpr auto thrd_current = &green::thrd_current;
  static constexpr auto mtx_trylock = &green::mtx_trylock;
  static constexpr auto mtx_unlock = &green::mtx_unlock;
  static constexpr auto cnd_signal = &green::cnd_signal;
  static constexpr auto cnd_broadcast = &green::cnd_broadcast;
  static constexpr auto tss_create = &green::tss_create;
  static constexpr auto tss_get = &green::tss_get;
  static constexpr auto tss_set = &green::tss_set;
};

constexpr timespec past{1, 0};

// Two threads count by turns.
struct counter {
  counter() {
    CHECK(green::mtx_init(&mutex, mtx_plain) == thrd_success);
    CHECK(green::cnd_init(&changed) == thrd_success);
  }
  counter(const counter&) = delete;
  counter& operator=(const counter&) = delete;
  ~counter() {
    green::cnd_destroy(&changed);
    green::mtx_destroy(&mutex);
  }
  mtx_t mutex;
  cnd_t changed;
  int value = 0;
};

template <class S>
task_of<S, int> count_odd(void* argument) {
  counter& c = *static_cast<counter*>(argument);
  CHECK(co_await S::mtx_lock(&c.mutex) == thrd_success);
  while (c.value < 100) {
    while (c.value % 2 == 0) {
      CHECK(co_await S::cnd_wait(&c.changed, &c.mutex) == thrd_success);
    }
    ++c.value;
    CHECK(S::cnd_signal(&c.changed) == thrd_success);
  }
  CHECK(S::mtx_unlock(&c.mutex) == thrd_success);
  co_return -5;
}

tss_t key;
template <class S>
task_of<S, int> keep(void* argument) {
  CHECK(S::tss_get(key) == nullptr);
  CHECK(S::tss_set(key, argument) == thrd_success);
  co_await S::thrd_yield();
  co_return S::tss_get(key) == argument ? 1 : 0;
}
void add_one(void* number) { ++*static_cast<int*>(number); }

int called = 0;
green::task<> call_slowly() {
  co_await green::sleep(1h);
  ++called;
}
green::task<int> exit_early(void*) {
  co_await green::thrd_yield();
  green::thrd_exit(7);
}
green::task<int> sleep_long(void*) {
  co_await green::sleep(1h);
  co_return 0;
}

}  // namespace

TEST_CASE_TEMPLATE("threads that signal each other", S, original, mirror) {
  S::run([]() -> task_of<S> {
    counter c;
    thrd_t odd;
    CHECK(co_await S::thrd_create(&odd, count_odd<S>, &c) == thrd_success);
    CHECK(green::thrd_equal(odd, S::thrd_current()) == 0);
    CHECK(co_await S::mtx_lock(&c.mutex) == thrd_success);
    CHECK(S::mtx_trylock(&c.mutex) == thrd_busy);
    CHECK(co_await S::mtx_timedlock(&c.mutex, &past) == thrd_timedout);
    while (c.value < 100) {
      while (c.value % 2 == 1) {
        CHECK(co_await S::cnd_wait(&c.changed, &c.mutex) == thrd_success);
      }
      ++c.value;
      CHECK(S::cnd_broadcast(&c.changed) == thrd_success);
    }
    CHECK(co_await S::cnd_timedwait(&c.changed, &c.mutex, &past) ==
          thrd_timedout);
    CHECK(S::mtx_unlock(&c.mutex) == thrd_success);
    int result = 0;
    CHECK(co_await S::thrd_join(odd, &result) == thrd_success);
    CHECK(result == -5);
  });
}

TEST_CASE_TEMPLATE("keys, once and sleep of threads.h", S, original, mirror) {
  S::run([]() -> task_of<S> {
    CHECK(S::tss_create(&key, add_one) == thrd_success);
    int x = 0, same = 0;
    thrd_t thread;
    CHECK(co_await S::thrd_create(&thread, keep<S>, &x) == thrd_success);
    CHECK(co_await S::thrd_join(thread, &same) == thrd_success);
    CHECK(same == 1);
    CHECK(x == 1);
    ::once_flag flag = ONCE_FLAG_INIT;
    called = 0;
    for (int i = 0; i < 2; ++i) {
      co_await S::call_once(&flag, [] { ++called; });
    }
    CHECK(called == 1);
    const timespec none{0, 1}, odd{0, -1};
    CHECK(co_await S::thrd_sleep(&none, nullptr) == 0);
    CHECK(co_await S::thrd_sleep(&odd, nullptr) < -1);
  });
}

TEST_CASE("a thread of threads.h ends by thrd_exit and by a kill") {
  tests::run_virtual([]() -> green::task<> {
    thrd_t thread;
    int result = 0;
    CHECK(co_await green::thrd_create(&thread, exit_early, nullptr) ==
          thrd_success);
    CHECK(co_await green::thrd_join(thread, &result) == thrd_success);
    CHECK(result == 7);
    CHECK(co_await green::thrd_join(thread, &result) == thrd_error);
    CHECK(co_await green::thrd_create(&thread, sleep_long, nullptr) ==
          thrd_success);
    CHECK(green::thrd_detach(thread) == thrd_success);
    CHECK(green::thrd_detach(thread) == thrd_error);
  });
}

TEST_CASE("call_once waits for a task, beside green/mutex") {
  tests::run_virtual([]() -> green::task<> {
    called = 0;
    ::once_flag flag = ONCE_FLAG_INIT;
    const auto calls = [&flag]() -> green::task<> {
      co_await green::call_once(&flag, call_slowly);
      CHECK(called == 1);
    };
    const auto first = co_await tests::started(calls);
    const auto second = co_await tests::started(calls);
    co_await first.get();
    co_await second.get();
    green::once_flag of_std;
    co_await green::call_once(of_std, [] { ++called; });
    CHECK(called == 2);
  });
}
