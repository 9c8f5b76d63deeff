// SPDX-License-Identifier: MIT
// Keys of threads, by fiber.
#include <doctest/doctest.h>
#include <pthread.h>

#include <cerrno>
#include <string>
#include <thread>
#include <utility>

#include "tests/support/fiber_threads.h"

using green::task;
using green::patcher::thread_locals;
using tests::as_thread;
using tests::hooked;

namespace {

namespace c {
const auto create = hooked("pthread_key_create", ::pthread_key_create);
const auto remove = hooked("pthread_key_delete", ::pthread_key_delete);
const auto get = hooked("pthread_getspecific", ::pthread_getspecific);
const auto set = hooked("pthread_setspecific", ::pthread_setspecific);
}  // namespace c

// On a thread of the system, for comparison.
template <class F>
void on_thread(F f) {
  std::thread(f).join();
}

template <class F>
void on_fiber_thread(F f) {
  tests::run_virtual([&f]() -> task<> { co_await as_thread(f); });
}

pthread_key_t first = 0, second = 0;
std::string told;

// Is called again for the value that it sets, as often as is allowed.
void destroy_first(void* value) {
  told += "first " + *static_cast<std::string*>(value) + ", ";
  c::set(first, value);
}

void destroy_second(void* value) {
  told += "second " + *static_cast<std::string*>(value) + ", ";
  CHECK(c::get(second) == nullptr);
}

void live() {
  static std::string a = "a", b = "b";
  CHECK(c::get(first) == nullptr);
  CHECK(c::set(first, &a) == 0);
  CHECK(c::set(second, &b) == 0);
  CHECK(c::get(first) == &a);
  CHECK(c::get(second) == &b);
}

}  // namespace

TEST_CASE("the end of a fiber that is a thread destroys its values") {
  REQUIRE(c::create(&first, destroy_first) == 0);
  REQUIRE(c::create(&second, destroy_second) == 0);
  on_thread(live);
  const std::string expected = std::exchange(told, "");
  CHECK(expected == "first a, second b, first a, first a, first a, ");
  on_fiber_thread(live);
  CHECK(std::exchange(told, "") == expected);
  on_fiber_thread(live);
  CHECK(told == expected);
  c::remove(first);
  c::remove(second);
}

TEST_CASE("a key that was deleted has no values") {
  const auto body = [] {
    int mine = 0;
    pthread_key_t key = 0, again = 0;
    REQUIRE(c::create(&key, nullptr) == 0);
    CHECK(c::set(key, &mine) == 0);
    CHECK(c::remove(key) == 0);
    CHECK(c::set(key, &mine) == EINVAL);
    REQUIRE(c::create(&again, nullptr) == 0);
    CHECK(again == key);
    CHECK(c::get(again) == nullptr);
    CHECK(c::remove(again) == 0);
    CHECK(c::remove(again) == EINVAL);
  };
  on_thread(body);
  on_fiber_thread(body);
}

TEST_CASE("each fiber has its own value, and the main thread the hub's") {
  REQUIRE(c::create(&first, nullptr) == 0);
  int of_hub = 0, of_main = 0;
  ::pthread_setspecific(first, &of_hub);
  tests::run_virtual([&]() -> task<> {
    const auto keep = [] {
      int mine = 0;
      CHECK(c::get(first) == nullptr);
      c::set(first, &mine);
      tests::wait_on_fiber();
      CHECK(c::get(first) == &mine);
    };
    auto one = green::spawn([&]() -> task<> { co_await as_thread(keep); });
    auto two = green::spawn([&]() -> task<> { co_await as_thread(keep); });
    const auto as_main = [&] {
      CHECK(c::get(first) == &of_hub);
      c::set(first, &of_main);
      CHECK(c::get(first) == &of_main);
    };
    co_await as_thread(as_main, thread_locals::start::copied);
    co_await one.get();
    co_await two.get();
  });
  CHECK(::pthread_getspecific(first) == &of_main);
  c::remove(first);
}
