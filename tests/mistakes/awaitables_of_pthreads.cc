// SPDX-License-Identifier: MIT
#include "tests/mistakes/awaitables.h"

namespace tests {

namespace {

// Of pthread.h, threads.h and atomic.
const std::vector<awaitable> all = {
    {"atomic::wait", "of<green::atomic<int>>().wait(0)"},
    {"atomic_ref::wait", "of<green::atomic_ref<int>>().wait(0)"},
    {"atomic_flag::wait", "of<green::atomic_flag>().wait(false)"},
    {"atomic_wait", "green::atomic_wait(at<green::atomic<int>>(), 0)"},
    {"atomic_wait_explicit",
     "green::atomic_wait_explicit(at<green::atomic<int>>(), 0, "
     "std::memory_order_seq_cst)"},
    {"atomic_flag_wait",
     "green::atomic_flag_wait(at<green::atomic_flag>(), false)"},
    {"atomic_flag_wait_explicit",
     "green::atomic_flag_wait_explicit(at<green::atomic_flag>(), false, "
     "std::memory_order_seq_cst)"},
    {"pthread_create",
     "green::pthread_create(at<pthread_t>(), nullptr, nullptr, nullptr)"},
    {"pthread_join", "green::pthread_join(0, nullptr)"},
    {"pthread_timedjoin_np",
     "green::pthread_timedjoin_np(0, nullptr, nullptr)"},
    {"pthread_clockjoin_np",
     "green::pthread_clockjoin_np(0, nullptr, CLOCK_MONOTONIC, nullptr)"},
    {"pthread_testcancel", "green::pthread_testcancel()"},
    {"pthread_mutex_lock", "green::pthread_mutex_lock(at<pthread_mutex_t>())"},
    {"pthread_mutex_timedlock",
     "green::pthread_mutex_timedlock(at<pthread_mutex_t>(), nullptr)"},
    {"pthread_mutex_clocklock",
     "green::pthread_mutex_clocklock(at<pthread_mutex_t>(), CLOCK_MONOTONIC, "
     "nullptr)"},
    {"pthread_cond_wait",
     "green::pthread_cond_wait(at<pthread_cond_t>(), at<pthread_mutex_t>())"},
    {"pthread_cond_timedwait",
     "green::pthread_cond_timedwait(at<pthread_cond_t>(), "
     "at<pthread_mutex_t>(), nullptr)"},
    {"pthread_cond_clockwait",
     "green::pthread_cond_clockwait(at<pthread_cond_t>(), "
     "at<pthread_mutex_t>(), CLOCK_MONOTONIC, nullptr)"},
    {"pthread_rwlock_rdlock",
     "green::pthread_rwlock_rdlock(at<pthread_rwlock_t>())"},
    {"pthread_rwlock_wrlock",
     "green::pthread_rwlock_wrlock(at<pthread_rwlock_t>())"},
    {"pthread_rwlock_timedrdlock",
     "green::pthread_rwlock_timedrdlock(at<pthread_rwlock_t>(), nullptr)"},
    {"pthread_rwlock_timedwrlock",
     "green::pthread_rwlock_timedwrlock(at<pthread_rwlock_t>(), nullptr)"},
    {"pthread_rwlock_clockrdlock",
     "green::pthread_rwlock_clockrdlock(at<pthread_rwlock_t>(), "
     "CLOCK_MONOTONIC, nullptr)"},
    {"pthread_rwlock_clockwrlock",
     "green::pthread_rwlock_clockwrlock(at<pthread_rwlock_t>(), "
     "CLOCK_MONOTONIC, nullptr)"},
    {"pthread_barrier_wait",
     "green::pthread_barrier_wait(at<pthread_barrier_t>())"},
    {"pthread_once", "green::pthread_once(at<pthread_once_t>(), [] {})"},
    {"pthread_spin_lock", "green::pthread_spin_lock(at<pthread_spinlock_t>())"},
    {"thrd_create", "green::thrd_create(at<thrd_t>(), nullptr, nullptr)"},
    {"thrd_join", "green::thrd_join(0, nullptr)"},
    {"thrd_sleep", "green::thrd_sleep(nullptr, nullptr)"},
    {"thrd_yield", "green::thrd_yield()"},
    {"mtx_lock", "green::mtx_lock(at<mtx_t>())"},
    {"mtx_timedlock", "green::mtx_timedlock(at<mtx_t>(), nullptr)"},
    {"cnd_wait", "green::cnd_wait(at<cnd_t>(), at<mtx_t>())"},
    {"cnd_timedwait",
     "green::cnd_timedwait(at<cnd_t>(), at<mtx_t>(), nullptr)"},
};

}  // namespace

const std::vector<awaitable>& awaitables_of_pthreads() { return all; }

}  // namespace tests
