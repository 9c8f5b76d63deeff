// SPDX-License-Identifier: MIT
#include "green/atomic"

#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <type_traits>
#include <utility>

#include "tests/support/hubs.h"
#include "tests/support/mirror.h"
#include "tests/support/oracle.h"
#include "tests/support/waiting.h"

using namespace std::chrono_literals;
using tests::task_of;

static_assert(
    tests::gives<decltype(std::declval<const green::atomic<int>&>().wait(1)),
                 decltype(std::declval<const std::atomic<int>&>().wait(1))>);
static_assert(tests::gives<decltype(green::atomic_wait(
                               std::declval<green::atomic<int>*>(), 1)),
                           void>);
static_assert(tests::gives<decltype(green::atomic_wait_explicit(
                               std::declval<green::atomic<int>*>(), 1,
                               std::memory_order_acquire)),
                           void>);
static_assert(tests::gives<decltype(green::atomic_flag_wait(
                               std::declval<green::atomic_flag*>(), true)),
                           void>);
static_assert(tests::gives<decltype(green::atomic_flag_wait_explicit(
                               std::declval<green::atomic_flag*>(), true,
                               std::memory_order_acquire)),
                           void>);
static_assert(std::is_base_of_v<std::atomic<long>, green::atomic_long>);
static_assert(sizeof(green::atomic<char>) == sizeof(std::atomic<char>));
static_assert(green::atomic<int>::is_always_lock_free);
static_assert(!std::is_copy_constructible_v<green::atomic<int>>);

namespace {

// What std's functions of one side are called by.
struct original : tests::system_side {
  template <class T>
  struct atomic : std::atomic<T> {
    using std::atomic<T>::atomic;
    using std::atomic<T>::operator=;
    tests::ready<> wait(T old) const {
      std::atomic<T>::wait(old);
      return {};
    }
  };
  struct atomic_flag : std::atomic_flag {
    tests::ready<> wait(bool old) const {
      std::atomic_flag::wait(old);
      return {};
    }
  };
};

struct mirror : tests::green_side {
  template <class T>
  using atomic = green::atomic<T>;
  using atomic_flag = green::atomic_flag;
};

// A waiter for each type: it returns when the value has changed, and no sooner.
template <class S, class T>
task_of<S> pass_value(T first, T second) {
  typename S::template atomic<T> value(first);
  typename S::template atomic<int> seen(0);
  const auto waits = [&]() -> task_of<S> {
    co_await value.wait(first);
    seen = 1;
    seen.notify_all();
  };
  typename S::thread waiter(waits);
  co_await value.wait(second);  // it is another already
  value.notify_all();           // for nothing
  value.store(second);
  value.notify_one();
  co_await seen.wait(0);
  CHECK(seen.load() == 1);
  co_await waiter.join();
}

green::atomic<int> word(0);
constinit green::atomic_flag at_start;

}  // namespace

TEST_CASE_TEMPLATE("a waiter sees another value", S, original, mirror) {
  S::run([]() -> task_of<S> {
    co_await pass_value<S>(1, 2);
    co_await pass_value<S>('a', 'b');
    co_await pass_value<S>(1L, 2L);
    co_await pass_value<S>(1.5, -1.5);
    co_await pass_value<S>(true, false);
  });
}

TEST_CASE("a value that is wider than a word") {
  green::run([]() -> green::task<> {
    green::atomic<std::shared_ptr<int>> shared(std::make_shared<int>(1));
    const std::shared_ptr<int> first = shared.load();
    const auto waits = [&]() -> green::task<> {
      co_await shared.wait(first);
      CHECK(*shared.load() == 2);
    };
    const auto waiter = co_await tests::started(waits);
    shared.notify_all();
    co_await tests::others_wait();
    CHECK_FALSE(waiter.ready());
    shared.store(std::make_shared<int>(2));
    shared.notify_one();
    co_await waiter.get();
  });
}

TEST_CASE_TEMPLATE("a flag", S, original, mirror) {
  S::run([]() -> task_of<S> {
    typename S::atomic_flag flag;
    const auto waits = [&]() -> task_of<S> {
      co_await flag.wait(false);
      CHECK(flag.test());
    };
    typename S::thread a(waits), b(waits);
    co_await S::this_thread::yield();
    CHECK_FALSE(flag.test_and_set());
    flag.notify_all();
    co_await a.join();
    co_await b.join();
    co_await flag.wait(false);
  });
}

TEST_CASE("the members and functions of std's classes") {
  green::atomic number(5);
  static_assert(std::is_same_v<decltype(number), green::atomic<int>>);
  number = 6;
  CHECK(++number == 7);
  CHECK(number.exchange(8) == 7);
  CHECK(green::atomic_fetch_add(&number, 2) == 8);
  int expected = 10;
  CHECK(green::atomic_compare_exchange_strong(&number, &expected, 11));
  CHECK(green::atomic_load_explicit(&number, green::memory_order_relaxed) ==
        11);
  int plain = 1;
  green::atomic_ref ref(plain);
  static_assert(std::is_same_v<decltype(ref), green::atomic_ref<int>>);
  const green::atomic_ref<int> same = ref;
  ref = 3;
  CHECK(same.load() == 3);
  green::atomic_flag flag = ATOMIC_FLAG_INIT;
  CHECK_FALSE(green::atomic_flag_test_and_set(&flag));
  CHECK(green::atomic_flag_test(&flag));
  CHECK(green::atomic_flag_test_explicit(&flag, green::memory_order_acquire));
  CHECK_FALSE(at_start.test());
  const green::atomic<int*> pointer(&plain);
  CHECK(*pointer.load() == 3);
}

TEST_CASE("the free functions, and a reference") {
  green::run([]() -> green::task<> {
    green::atomic<int> value(0);
    green::atomic_flag flag;
    int plain = 0;
    const auto waits = [&]() -> green::task<> {
      co_await green::atomic_wait(&value, 0);
      co_await green::atomic_wait_explicit(&value, 1,
                                           green::memory_order_acquire);
      co_await green::atomic_flag_wait(&flag, false);
      co_await green::atomic_flag_wait_explicit(&flag, false,
                                                green::memory_order_acquire);
      const green::atomic_ref<int> ref(plain);
      co_await ref.wait(0);
    };
    const auto waiter = co_await tests::started(waits);
    value = 1;
    green::atomic_notify_one(&value);
    co_await tests::others_wait();
    value = 2;
    green::atomic_notify_all(&value);
    co_await tests::others_wait();
    flag.test_and_set();
    green::atomic_flag_notify_one(&flag);
    green::atomic_flag_notify_all(&flag);
    co_await tests::others_wait();
    CHECK_FALSE(waiter.ready());
    green::atomic_ref<int> ref(plain);
    ref = 1;
    ref.notify_one();
    co_await waiter.get();
  });
}

TEST_CASE("notify_one wakes one green thread, in the order of their coming") {
  green::run([]() -> green::task<> {
    green::atomic<int> value(0);
    std::string woken;
    const auto waits = [&](char name) -> green::task<> {
      co_await value.wait(0);
      woken += name;
    };
    const auto a = green::spawn(waits, 'a');
    const auto b = green::spawn(waits, 'b');
    const auto c = green::spawn(waits, 'c');
    co_await tests::others_wait();
    value = 1;
    value.notify_one();
    co_await tests::others_wait();
    CHECK(woken == "a");
    value.notify_one();
    co_await tests::others_wait();
    CHECK(woken == "ab");
    value.notify_all();
    co_await c.get();
    CHECK(woken == "abc");
  });
}

TEST_CASE("a kill and a timeout leave the lot, and wake nobody") {
  green::run([]() -> green::task<> {
    green::atomic<int> value(0);
    const auto waits = [&]() -> green::task<> { co_await value.wait(0); };
    co_await tests::check_interruptible(waits);
    const auto first = co_await tests::started(waits);
    const auto second = co_await tests::started(waits);
    co_await first.kill();
    CHECK(first.was_killed());
    value = 1;
    value.notify_one();  // the one that is there
    co_await second.get();
  });
}

TEST_CASE("the wait of nobody is a deadlock") {
  bool reported = false;
  try {
    green::run([]() -> green::task<> {
      green::atomic<int> value(0);
      co_await value.wait(0);
    });
  } catch (const green::loop_exit&) {
    reported = true;
  }
  CHECK(reported);
}

TEST_CASE("hubs and OS threads wake each other") {
  word = 0;
  constexpr int rounds = 300;
  // Each of three takes its turn: a hub, another hub, a plain thread.
  const auto green_turns = [](int me) -> green::task<> {
    for (int round = 0; round < rounds; ++round) {
      for (int now = word; now != round * 3 + me; now = word) {
        co_await word.wait(now);
      }
      word = word + 1;
      word.notify_all();
    }
  };
  std::thread plain([] {
    std::atomic<int>& same = word;
    for (int round = 0; round < rounds; ++round) {
      for (int now = same; now != round * 3 + 2; now = same) same.wait(now);
      word = word + 1;
      word.notify_all();
    }
  });
  tests::run_hubs(2, green_turns);
  plain.join();
  CHECK(word == 3 * rounds);
}
