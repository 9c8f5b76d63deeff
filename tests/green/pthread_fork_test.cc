// SPDX-License-Identifier: MIT
// Locks of pthread.h in a child of fork, of which those who waited are no part.
#include <doctest/doctest.h>

#include "green/green.h"
#include "green/greenlet.h"
#include "green/pthread.h"
#include "tests/support/forks.h"
#include "tests/support/waiting.h"

TEST_CASE("a mutex for which others waited is free in the child") {
  green::run([]() -> green::task<> {
    pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;
    const auto waits = [&m]() -> green::task<> {
      co_await green::pthread_mutex_lock(&m);
      green::pthread_mutex_unlock(&m);
    };
    co_await green::pthread_mutex_lock(&m);
    const auto other = co_await tests::started(waits);
    const auto again = [&m]() -> green::task<bool> {
      bool well = green::pthread_mutex_unlock(&m) == 0;
      well = well && co_await green::pthread_mutex_lock(&m) == 0;
      const auto late = green::spawn([&m]() -> green::task<> {
        co_await green::pthread_mutex_lock(&m);
        green::pthread_mutex_unlock(&m);
      });
      co_await green::sleep();
      well = well && green::pthread_mutex_unlock(&m) == 0;
      co_await late.get();
      co_return well;
    };
    CHECK(co_await tests::in_child(again) == tests::exited(0));
    CHECK(green::pthread_mutex_unlock(&m) == 0);
    co_await other.get();
  });
}

TEST_CASE("a read-write lock for which a writer waited is free in the child") {
  green::run([]() -> green::task<> {
    pthread_rwlockattr_t prefers_writers;
    green::pthread_rwlockattr_init(&prefers_writers);
    green::pthread_rwlockattr_setkind_np(
        &prefers_writers, PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP);
    pthread_rwlock_t lock;
    green::pthread_rwlock_init(&lock, &prefers_writers);
    const auto waits = [&lock]() -> green::task<> {
      co_await green::pthread_rwlock_wrlock(&lock);
      green::pthread_rwlock_unlock(&lock);
    };
    co_await green::pthread_rwlock_rdlock(&lock);
    const auto other = co_await tests::started(waits);
    const auto again = [&lock]() -> green::task<bool> {
      bool well = green::pthread_rwlock_unlock(&lock) == 0;
      well = well && co_await green::pthread_rwlock_rdlock(&lock) == 0;
      well = well && green::pthread_rwlock_unlock(&lock) == 0;
      well = well && co_await green::pthread_rwlock_wrlock(&lock) == 0;
      co_return well;
    };
    CHECK(co_await tests::in_child(again) == tests::exited(0));
    CHECK(green::pthread_rwlock_unlock(&lock) == 0);
    co_await other.get();
  });
}
