// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>
#include <errno.h>
#include <limits.h>

#include "green/pthread.h"
#include "tests/support/pthread_sides.h"

using tests::task_of;

namespace {

// The destructor of a key sets another value a few times.
pthread_key_t key;
int destroyed = 0;
void destroy_again(void*) {
  ++destroyed;
  int again = 0;
  CHECK(green::pthread_setspecific(key, &again) == 0);
}
template <class S>
task_of<S, void*> set_value(void* argument) {
  CHECK(S::pthread_getspecific(key) == nullptr);
  CHECK(S::pthread_setspecific(key, argument) == 0);
  co_await S::this_thread::yield();
  co_return S::pthread_getspecific(key);
}
void count(void* number) { ++*static_cast<int*>(number); }

}  // namespace

TEST_CASE_TEMPLATE("keys have a value for each thread", S, PTHREAD_SIDES) {
  S::run([]() -> task_of<S> {
    int x = 0, y = 0;
    CHECK(S::pthread_key_create(&key, count) == 0);
    CHECK(S::pthread_setspecific(key, &x) == 0);
    pthread_t a, b;
    void* result = nullptr;
    CHECK(co_await S::pthread_create(&a, nullptr, set_value<S>, &x) == 0);
    CHECK(co_await S::pthread_create(&b, nullptr, set_value<S>, &y) == 0);
    CHECK(co_await S::pthread_join(a, &result) == 0);
    CHECK(result == &x);
    CHECK(co_await S::pthread_join(b, &result) == 0);
    CHECK(result == &y);
    CHECK(x == 1);
    CHECK(y == 1);
    CHECK(S::pthread_getspecific(key) == &x);
    CHECK(S::pthread_key_delete(key) == 0);
    CHECK(S::pthread_key_delete(key) == EINVAL);
    // The number may be used again, and has no value.
    CHECK(S::pthread_key_create(&key, nullptr) == 0);
    CHECK(S::pthread_getspecific(key) == nullptr);
    CHECK(S::pthread_key_delete(key) == 0);
    CHECK(S::pthread_setspecific(PTHREAD_KEYS_MAX, &x) == EINVAL);
  });
}

TEST_CASE("a destructor that sets a value again has four rounds") {
  green::run([]() -> green::task<> {
    destroyed = 0;
    CHECK(green::pthread_key_create(&key, destroy_again) == 0);
    pthread_t thread;
    int x = 0;
    CHECK(co_await green::pthread_create(
              &thread, nullptr, set_value<tests::green_pthreads>, &x) == 0);
    CHECK(co_await green::pthread_join(thread, nullptr) == 0);
    CHECK(destroyed == PTHREAD_DESTRUCTOR_ITERATIONS);
    CHECK(green::pthread_key_delete(key) == 0);
  });
}

TEST_CASE("outside of green threads, an OS thread has a value") {
  int x = 0;
  CHECK(green::pthread_key_create(&key, nullptr) == 0);
  CHECK(green::pthread_setspecific(key, &x) == 0);
  CHECK(::pthread_getspecific(key) == &x);
  CHECK(green::pthread_key_delete(key) == 0);
}
