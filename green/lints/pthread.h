// SPDX-License-Identifier: MIT
//
// The functions of <pthread.h> that wait.
// Made by tests/greenify/lint_test.cc.
#pragma once

#include <pthread.h>

extern "C" {

decltype(::pthread_barrier_wait) pthread_barrier_wait
    [[deprecated("holds the hub: co_await green::pthread_barrier_wait")]];
decltype(::pthread_clockjoin_np) pthread_clockjoin_np
    [[deprecated("holds the hub: co_await green::pthread_clockjoin_np")]];
decltype(::pthread_cond_clockwait) pthread_cond_clockwait
    [[deprecated("holds the hub: co_await green::pthread_cond_clockwait")]];
decltype(::pthread_cond_timedwait) pthread_cond_timedwait
    [[deprecated("holds the hub: co_await green::pthread_cond_timedwait")]];
decltype(::pthread_cond_wait) pthread_cond_wait
    [[deprecated("holds the hub: co_await green::pthread_cond_wait")]];
decltype(::pthread_create) pthread_create
    [[deprecated("holds the hub: co_await green::pthread_create")]];
decltype(::pthread_join) pthread_join
    [[deprecated("holds the hub: co_await green::pthread_join")]];
decltype(::pthread_mutex_clocklock) pthread_mutex_clocklock
    [[deprecated("holds the hub: co_await green::pthread_mutex_clocklock")]];
decltype(::pthread_mutex_lock) pthread_mutex_lock
    [[deprecated("holds the hub: co_await green::pthread_mutex_lock")]];
decltype(::pthread_mutex_timedlock) pthread_mutex_timedlock
    [[deprecated("holds the hub: co_await green::pthread_mutex_timedlock")]];
decltype(::pthread_once) pthread_once
    [[deprecated("holds the hub: co_await green::pthread_once")]];
decltype(::pthread_rwlock_clockrdlock) pthread_rwlock_clockrdlock
    [[deprecated("holds the hub: co_await green::pthread_rwlock_clockrdlock")]];
decltype(::pthread_rwlock_clockwrlock) pthread_rwlock_clockwrlock
    [[deprecated("holds the hub: co_await green::pthread_rwlock_clockwrlock")]];
decltype(::pthread_rwlock_rdlock) pthread_rwlock_rdlock
    [[deprecated("holds the hub: co_await green::pthread_rwlock_rdlock")]];
decltype(::pthread_rwlock_timedrdlock) pthread_rwlock_timedrdlock
    [[deprecated("holds the hub: co_await green::pthread_rwlock_timedrdlock")]];
decltype(::pthread_rwlock_timedwrlock) pthread_rwlock_timedwrlock
    [[deprecated("holds the hub: co_await green::pthread_rwlock_timedwrlock")]];
decltype(::pthread_rwlock_wrlock) pthread_rwlock_wrlock
    [[deprecated("holds the hub: co_await green::pthread_rwlock_wrlock")]];
decltype(::pthread_spin_lock) pthread_spin_lock
    [[deprecated("holds the hub: co_await green::pthread_spin_lock")]];
decltype(::pthread_testcancel) pthread_testcancel
    [[deprecated("holds the hub: co_await green::pthread_testcancel")]];
decltype(::pthread_timedjoin_np) pthread_timedjoin_np
    [[deprecated("holds the hub: co_await green::pthread_timedjoin_np")]];

}  // extern "C"
