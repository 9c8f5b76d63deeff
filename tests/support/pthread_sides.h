// SPDX-License-Identifier: MIT
//
// Both sides of <pthread.h> for tests of the oracle.
#pragma once

#include <pthread.h>
#include <time.h>

#include <memory>
#include <type_traits>

#include "green/pthread.h"
#include "tests/support/oracle.h"
#include "tests/support/sanitizers.h"

namespace tests {

/// Does a sanitizer report the mistakes that these tests make on purpose?
inline bool reports_misuse() noexcept { return with_thread_sanitizer(); }

struct pthreads : system_side {
  using start_function = blocking_task<void*> (*)(void*);

  static ready<int> pthread_create(pthread_t* thread,
                                   const pthread_attr_t* attributes,
                                   start_function start, void* argument) {
    struct call {
      start_function start;
      void* argument;
    };
    auto made = std::make_unique<call>(call{start, argument});
    const auto run = [](void* given) -> void* {
      const std::unique_ptr<call> mine(static_cast<call*>(given));
      return mine->start(mine->argument).await_resume();
    };
    const int result = ::pthread_create(thread, attributes, run, made.get());
    if (result == 0) (void)made.release();
    return ready<int>(result);
  }

  static constexpr blocking_call pthread_join = &::pthread_join;
  static constexpr blocking_call pthread_timedjoin_np = &::pthread_timedjoin_np;
  static constexpr blocking_call pthread_clockjoin_np = &::pthread_clockjoin_np;
  static constexpr blocking_call pthread_mutex_lock = &::pthread_mutex_lock;
  static constexpr blocking_call pthread_mutex_timedlock =
      &::pthread_mutex_timedlock;
  static constexpr blocking_call pthread_mutex_clocklock =
      &::pthread_mutex_clocklock;
  static constexpr blocking_call pthread_cond_wait = &::pthread_cond_wait;
  static constexpr blocking_call pthread_cond_timedwait =
      &::pthread_cond_timedwait;
  static constexpr blocking_call pthread_cond_clockwait =
      &::pthread_cond_clockwait;
  static constexpr blocking_call pthread_rwlock_rdlock =
      &::pthread_rwlock_rdlock;
  static constexpr blocking_call pthread_rwlock_wrlock =
      &::pthread_rwlock_wrlock;
  static constexpr blocking_call pthread_rwlock_timedrdlock =
      &::pthread_rwlock_timedrdlock;
  static constexpr blocking_call pthread_rwlock_timedwrlock =
      &::pthread_rwlock_timedwrlock;
  static constexpr blocking_call pthread_rwlock_clockrdlock =
      &::pthread_rwlock_clockrdlock;
  static constexpr blocking_call pthread_rwlock_clockwrlock =
      &::pthread_rwlock_clockwrlock;
  static constexpr blocking_call pthread_barrier_wait = &::pthread_barrier_wait;
  static constexpr blocking_call pthread_once = &::pthread_once;
  static constexpr blocking_call pthread_spin_lock = &::pthread_spin_lock;

  static constexpr auto pthread_tryjoin_np = &::pthread_tryjoin_np;
  static constexpr auto pthread_detach = &::pthread_detach;
  static constexpr auto pthread_self = &::pthread_self;
  static constexpr auto pthread_setcancelstate = &::pthread_setcancelstate;
  static constexpr auto pthread_setcanceltype = &::pthread_setcanceltype;
  static constexpr auto pthread_getattr_np = &::pthread_getattr_np;
  static constexpr auto pthread_setname_np = &::pthread_setname_np;
  static constexpr auto pthread_getname_np = &::pthread_getname_np;
  static constexpr auto pthread_key_create = &::pthread_key_create;
  static constexpr auto pthread_key_delete = &::pthread_key_delete;
  static constexpr auto pthread_getspecific = &::pthread_getspecific;
  static constexpr auto pthread_setspecific = &::pthread_setspecific;
  static constexpr auto pthread_mutex_init = &::pthread_mutex_init;
  static constexpr auto pthread_mutex_trylock = &::pthread_mutex_trylock;
  static constexpr auto pthread_mutex_unlock = &::pthread_mutex_unlock;
  static constexpr auto pthread_cond_signal = &::pthread_cond_signal;
  static constexpr auto pthread_cond_broadcast = &::pthread_cond_broadcast;
  static constexpr auto pthread_rwlock_tryrdlock = &::pthread_rwlock_tryrdlock;
  static constexpr auto pthread_rwlock_trywrlock = &::pthread_rwlock_trywrlock;
  static constexpr auto pthread_rwlock_unlock = &::pthread_rwlock_unlock;
  static constexpr auto pthread_barrier_init = &::pthread_barrier_init;
  static constexpr auto pthread_barrier_destroy = &::pthread_barrier_destroy;
  static constexpr auto pthread_spin_unlock = &::pthread_spin_unlock;
};

struct green_pthreads : green_side {
  static constexpr auto pthread_create = &green::pthread_create;
  static constexpr auto pthread_join = &green::pthread_join;
  static constexpr auto pthread_timedjoin_np = &green::pthread_timedjoin_np;
  static constexpr auto pthread_clockjoin_np = &green::pthread_clockjoin_np;
  static constexpr auto pthread_mutex_lock = &green::pthread_mutex_lock;
  static constexpr auto pthread_mutex_timedlock =
      &green::pthread_mutex_timedlock;
  static constexpr auto pthread_mutex_clocklock =
      &green::pthread_mutex_clocklock;
  static constexpr auto pthread_cond_wait = &green::pthread_cond_wait;
  static constexpr auto pthread_cond_timedwait = &green::pthread_cond_timedwait;
  static constexpr auto pthread_cond_clockwait = &green::pthread_cond_clockwait;
  static constexpr auto pthread_rwlock_rdlock = &green::pthread_rwlock_rdlock;
  static constexpr auto pthread_rwlock_wrlock = &green::pthread_rwlock_wrlock;
  static constexpr auto pthread_rwlock_timedrdlock =
      &green::pthread_rwlock_timedrdlock;
  static constexpr auto pthread_rwlock_timedwrlock =
      &green::pthread_rwlock_timedwrlock;
  static constexpr auto pthread_rwlock_clockrdlock =
      &green::pthread_rwlock_clockrdlock;
  static constexpr auto pthread_rwlock_clockwrlock =
      &green::pthread_rwlock_clockwrlock;
  static constexpr auto pthread_barrier_wait = &green::pthread_barrier_wait;
  static constexpr auto pthread_once =
      static_cast<green::task<int> (*)(pthread_once_t*, void (*)())>(
          &green::pthread_once);
  static constexpr auto pthread_spin_lock = &green::pthread_spin_lock;
  static constexpr auto pthread_tryjoin_np = &green::pthread_tryjoin_np;
  static constexpr auto pthread_detach = &green::pthread_detach;
  static constexpr auto pthread_self = &green::pthread_self;
  static constexpr auto pthread_setcancelstate = &green::pthread_setcancelstate;
  static constexpr auto pthread_setcanceltype = &green::pthread_setcanceltype;
  static constexpr auto pthread_getattr_np = &green::pthread_getattr_np;
  static constexpr auto pthread_setname_np = &green::pthread_setname_np;
  static constexpr auto pthread_getname_np = &green::pthread_getname_np;
  static constexpr auto pthread_key_create = &green::pthread_key_create;
  static constexpr auto pthread_key_delete = &green::pthread_key_delete;
  static constexpr auto pthread_getspecific = &green::pthread_getspecific;
  static constexpr auto pthread_setspecific = &green::pthread_setspecific;
  static constexpr auto pthread_mutex_init = &green::pthread_mutex_init;
  static constexpr auto pthread_mutex_trylock = &green::pthread_mutex_trylock;
  static constexpr auto pthread_mutex_unlock = &green::pthread_mutex_unlock;
  static constexpr auto pthread_cond_signal = &green::pthread_cond_signal;
  static constexpr auto pthread_cond_broadcast = &green::pthread_cond_broadcast;
  static constexpr auto pthread_rwlock_tryrdlock =
      &green::pthread_rwlock_tryrdlock;
  static constexpr auto pthread_rwlock_trywrlock =
      &green::pthread_rwlock_trywrlock;
  static constexpr auto pthread_rwlock_unlock = &green::pthread_rwlock_unlock;
  static constexpr auto pthread_barrier_init = &green::pthread_barrier_init;
  static constexpr auto pthread_barrier_destroy =
      &green::pthread_barrier_destroy;
  static constexpr auto pthread_spin_unlock = &green::pthread_spin_unlock;
};

/// A point of time that has passed, and one that is none.
inline constexpr timespec past_time{1, 0};
inline constexpr timespec no_time{1, 1'000'000'000};

/// From now, in the clock's time.
inline timespec in_seconds(time_t seconds, clockid_t clock = CLOCK_REALTIME) {
  timespec now;
  ::clock_gettime(clock, &now);
  return {now.tv_sec + seconds, now.tv_nsec};
}

/// May a thread of this side that is detached, or that calls, be joined? The
/// original refuses to, but sanitizers end the program.
template <class S>
bool may_misuse_threads() noexcept {
  return !std::is_same_v<S, pthreads> ||
         !(with_address_sanitizer() || with_thread_sanitizer());
}

}  // namespace tests

#define PTHREAD_SIDES tests::pthreads, tests::green_pthreads
