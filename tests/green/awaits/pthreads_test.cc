// SPDX-License-Identifier: MIT
// Of pthread.h, threads.h and atomic. Each await finds its lock free.
#include <doctest/doctest.h>

#include <deque>
#include <optional>

#include "green/atomic"
#include "green/pthread.h"
#include "green/threads.h"
#include "tests/support/awaits.h"

using tests::fair;

namespace {

constexpr timespec past{1, 0};

green::task<void*> nothing(void* argument) { co_return argument; }
green::task<int> nothing_of_c(void*) { co_return 0; }

// A fresh object for each await.
template <class T>
T* fresh(std::optional<T>& place, const T& initial) {
  place.reset();
  return &place.emplace(initial);
}

}  // namespace

TEST_CASE("mutexes of C that are free") {
  std::optional<pthread_mutex_t> m;
  const pthread_mutex_t free = PTHREAD_MUTEX_INITIALIZER;
  fair("pthread_mutex_lock",
       [&] { return green::pthread_mutex_lock(fresh(m, free)); });
  fair("pthread_mutex_timedlock",
       [&] { return green::pthread_mutex_timedlock(fresh(m, free), &past); });
  fair("pthread_mutex_clocklock", [&] {
    return green::pthread_mutex_clocklock(fresh(m, free), CLOCK_MONOTONIC,
                                          &past);
  });
  std::optional<mtx_t> c;
  mtx_t free_of_c;
  REQUIRE(green::mtx_init(&free_of_c, mtx_plain) == thrd_success);
  fair("mtx_lock", [&] { return green::mtx_lock(fresh(c, free_of_c)); });
  fair("mtx_timedlock",
       [&] { return green::mtx_timedlock(fresh(c, free_of_c), &past); });
}

TEST_CASE("conditions of C in the past") {
  pthread_cond_t condition = PTHREAD_COND_INITIALIZER;
  pthread_mutex_t m = PTHREAD_ERRORCHECK_MUTEX_INITIALIZER_NP;
  // The mutex is not held: EPERM.
  fair("pthread_cond_wait",
       [&] { return green::pthread_cond_wait(&condition, &m); });
  fair("pthread_cond_timedwait",
       [&] { return green::pthread_cond_timedwait(&condition, &m, &past); });
  fair("pthread_cond_clockwait", [&] {
    return green::pthread_cond_clockwait(&condition, &m, CLOCK_MONOTONIC,
                                         &past);
  });
  const auto of_c = [&] { return reinterpret_cast<cnd_t*>(&condition); };
  const auto mutex_of_c = [&] { return reinterpret_cast<mtx_t*>(&m); };
  fair("cnd_wait", [&] { return green::cnd_wait(of_c(), mutex_of_c()); });
  fair("cnd_timedwait",
       [&] { return green::cnd_timedwait(of_c(), mutex_of_c(), &past); });
}

TEST_CASE("read-write locks that are free") {
  std::optional<pthread_rwlock_t> l;
  const pthread_rwlock_t free = PTHREAD_RWLOCK_INITIALIZER;
  fair("pthread_rwlock_rdlock",
       [&] { return green::pthread_rwlock_rdlock(fresh(l, free)); });
  fair("pthread_rwlock_wrlock",
       [&] { return green::pthread_rwlock_wrlock(fresh(l, free)); });
  fair("pthread_rwlock_timedrdlock", [&] {
    return green::pthread_rwlock_timedrdlock(fresh(l, free), &past);
  });
  fair("pthread_rwlock_timedwrlock", [&] {
    return green::pthread_rwlock_timedwrlock(fresh(l, free), &past);
  });
  fair("pthread_rwlock_clockrdlock", [&] {
    return green::pthread_rwlock_clockrdlock(fresh(l, free), CLOCK_MONOTONIC,
                                             &past);
  });
  fair("pthread_rwlock_clockwrlock", [&] {
    return green::pthread_rwlock_clockwrlock(fresh(l, free), CLOCK_MONOTONIC,
                                             &past);
  });
}

TEST_CASE("what is over at once in pthread.h and threads.h") {
  pthread_barrier_t alone;
  REQUIRE(green::pthread_barrier_init(&alone, nullptr, 1) == 0);
  fair("pthread_barrier_wait",
       [&] { return green::pthread_barrier_wait(&alone); });
  pthread_once_t once = PTHREAD_ONCE_INIT;
  fair("pthread_once", [&] { return green::pthread_once(&once, [] {}); });
  ::once_flag flag = ONCE_FLAG_INIT;
  fair("call_once", [&] { return green::call_once(&flag, [] {}); });
  pthread_spinlock_t spin;
  fair("pthread_spin_lock", [&] {
    green::pthread_spin_init(&spin, PTHREAD_PROCESS_PRIVATE);
    return green::pthread_spin_lock(&spin);
  });
  fair("pthread_testcancel", [] { return green::pthread_testcancel(); });
  fair("thrd_yield", [] { return green::thrd_yield(); });
  const timespec none{0, 0};
  fair("thrd_sleep", [&] { return green::thrd_sleep(&none, nullptr); });
}

TEST_CASE("threads that are made, and numbers that are none") {
  pthread_attr_t detached;
  green::pthread_attr_init(&detached);
  green::pthread_attr_setdetachstate(&detached, PTHREAD_CREATE_DETACHED);
  pthread_t made;
  fair("pthread_create", [&] {
    return green::pthread_create(&made, &detached, nothing, nullptr);
  });
  fair("pthread_join", [] { return green::pthread_join(0, nullptr); });
  fair("pthread_timedjoin_np",
       [] { return green::pthread_timedjoin_np(0, nullptr, &past); });
  fair("pthread_clockjoin_np", [] {
    return green::pthread_clockjoin_np(0, nullptr, CLOCK_MONOTONIC, &past);
  });
  std::deque<thrd_t> all;
  fair("thrd_create", [&] {
    return green::thrd_create(&all.emplace_back(), nothing_of_c, nullptr);
  });
  fair("thrd_join", [] { return green::thrd_join(0, nullptr); });
  for (const thrd_t thread : all) (void)green::thrd_detach(thread);
}

TEST_CASE("atomics that have another value") {
  green::atomic<int> value(1);
  fair("atomic::wait", [&] { return value.wait(0); });
  fair("atomic_wait", [&] { return green::atomic_wait(&value, 0); });
  fair("atomic_wait_explicit", [&] {
    return green::atomic_wait_explicit(&value, 0, std::memory_order_acquire);
  });
  int plain = 1;
  const green::atomic_ref<int> ref(plain);
  fair("atomic_ref::wait", [&] { return ref.wait(0); });
  green::atomic_flag flag;
  fair("atomic_flag::wait", [&] { return flag.wait(true); });
  fair("atomic_flag_wait",
       [&] { return green::atomic_flag_wait(&flag, true); });
  fair("atomic_flag_wait_explicit", [&] {
    return green::atomic_flag_wait_explicit(&flag, true,
                                            std::memory_order_acquire);
  });
}
