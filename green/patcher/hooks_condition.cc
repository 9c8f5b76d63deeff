// SPDX-License-Identifier: MIT
#include <pthread.h>
#include <semaphore.h>

#include <atomic>
#include <cerrno>
#include <iterator>
#include <vector>

#include "green/core/sleep.h"
#include "green/patcher/locks.h"
#include "green/patcher/refuse.h"
#include "green/patcher/replacement.h"
#include "green/pthreads/condition.h"

namespace green::patcher {

namespace {

using wait_type = int(pthread_cond_t*, pthread_mutex_t*);
using timedwait_type = int(pthread_cond_t*, pthread_mutex_t*, const timespec*);
using clockwait_type = int(pthread_cond_t*, pthread_mutex_t*, clockid_t,
                           const timespec*);
using signal_type = int(pthread_cond_t*);
using rwlock_type = int(pthread_rwlock_t*);
using rwlock_timed_type = int(pthread_rwlock_t*, const timespec*);
using rwlock_clock_type = int(pthread_rwlock_t*, clockid_t, const timespec*);
using sem_type = int(sem_t*);
using sem_timed_type = int(sem_t*, const timespec*);
using sem_clock_type = int(sem_t*, clockid_t, const timespec*);

// The bits that a condition variable's attributes leave in it.
constexpr unsigned shared_flag = 1, monotonic_flag = 2;

// The call and its place, for a refusal.
struct call {
  const char* name;
  const void* from;
};

int wait_for_signal(pthread_cond_t* condition, pthread_mutex_t* mutex,
                    core::deadline until, const call& by) {
  if ((condition->__data.__wrefs & shared_flag) != 0) {
    refuse(by.name, "the condition variable is process-shared", by.from);
    return ENOTSUP;
  }
  if (this_fiber().failing() == 0) {
    // There are programs that take each end of the wait for a signal.
    const auto from = sees_all_signals.load(std::memory_order_relaxed)
                          ? pthreads::signals::by_green
                          : pthreads::signals::by_anybody;
    return wait_number([&] {
      return pthreads::wait_for_signal(condition, mutex, until, from);
    });
  }
  // The call fails at once. Others get the mutex meanwhile.
  const int unlocked = unlock_on_fiber(mutex);
  if (unlocked != 0) return unlocked;
  const int failed = wait_number([] { return core::yield_wait(); });
  const int locked = lock_on_fiber(mutex, {}, interruptible::no);
  return locked != 0 ? locked : failed;
}

int wait_by_clock(pthread_cond_t* condition, pthread_mutex_t* mutex,
                  clockid_t clock, const timespec* until, const call& by) {
  core::deadline end = core::deadline::never();
  if (until == nullptr || !to_deadline(clock, until, end)) return EINVAL;
  return wait_for_signal(condition, mutex, end, by);
}

// The handler of a signal wakes the thread like a signal to the condition.
template <name_of Name, class Wait>
int as_condition_point(Wait wait_once) {
  return as_point<Name>([&] {
    const int failed = wait_once();
    return failed == EINTR ? 0 : failed;
  });
}

int wait_anywhere(pthread_cond_t* condition, pthread_mutex_t* mutex) {
  if (!gate_open()) {
    return original<"pthread_cond_wait", wait_type>(condition, mutex);
  }
  const call by{"pthread_cond_wait", __builtin_return_address(0)};
  return as_condition_point<"pthread_cond_wait">([&] {
    return wait_for_signal(condition, mutex, core::deadline::never(), by);
  });
}

int clockwait_anywhere(pthread_cond_t* condition, pthread_mutex_t* mutex,
                       clockid_t clock, const timespec* until) {
  if (!gate_open()) {
    return original<"pthread_cond_clockwait", clockwait_type>(condition, mutex,
                                                              clock, until);
  }
  const call by{"pthread_cond_clockwait", __builtin_return_address(0)};
  return as_condition_point<"pthread_cond_clockwait">(
      [&] { return wait_by_clock(condition, mutex, clock, until, by); });
}

int timedwait_anywhere(pthread_cond_t* condition, pthread_mutex_t* mutex,
                       const timespec* until) {
  if (!gate_open()) {
    return original<"pthread_cond_timedwait", timedwait_type>(condition, mutex,
                                                              until);
  }
  const bool monotonic = (condition->__data.__wrefs & monotonic_flag) != 0;
  const clockid_t clock = monotonic ? CLOCK_MONOTONIC : CLOCK_REALTIME;
  const call by{"pthread_cond_timedwait", __builtin_return_address(0)};
  return as_condition_point<"pthread_cond_timedwait">(
      [&] { return wait_by_clock(condition, mutex, clock, until, by); });
}

int signal_anywhere(pthread_cond_t* condition) {
  if (lot::wake(condition)) return 0;
  return original<"pthread_cond_signal", signal_type>(condition);
}

int broadcast_anywhere(pthread_cond_t* condition) {
  lot::wake(condition, true);
  return original<"pthread_cond_broadcast", signal_type>(condition);
}

// Reader-writer locks.

int try_read(pthread_rwlock_t* lock) {
  return ::pthread_rwlock_tryrdlock(lock);
}

int try_write(pthread_rwlock_t* lock) {
  return ::pthread_rwlock_trywrlock(lock);
}

template <auto Try>
constexpr auto rwlock_on = [](pthread_rwlock_t* lock) {
  return wait_until_free(lock, "pthread_rwlock", core::deadline::never(),
                         interruptible::no, [&] { return Try(lock); });
};

template <auto Try>
constexpr auto rwlock_clock_on =
    [](pthread_rwlock_t* lock, clockid_t clock, const timespec* until) {
      core::deadline end = core::deadline::never();
      if (until == nullptr || !to_deadline(clock, until, end)) return EINVAL;
      return wait_until_free(lock, "pthread_rwlock", end, interruptible::yes,
                             [&] { return Try(lock); });
    };

template <auto Try>
constexpr auto rwlock_timed_on =
    [](pthread_rwlock_t* lock, const timespec* until) {
      return rwlock_clock_on<Try>(lock, CLOCK_REALTIME, until);
    };

int rwlock_unlock_anywhere(pthread_rwlock_t* lock) {
  const int result = original<"pthread_rwlock_unlock", rwlock_type>(lock);
  if (result == 0) lot::wake(lock, true);
  return result;
}

// Semaphores, whose errors are in errno.

int take(sem_t* semaphore, core::deadline until) {
  const int failed =
      wait_until_free(semaphore, "sem_wait", until, interruptible::yes, [&] {
        const int before = errno;
        if (::sem_trywait(semaphore) == 0) return 0;
        return errno == EAGAIN ? (errno = before, EBUSY) : errno;
      });
  if (failed == 0) return 0;
  errno = failed;
  return -1;
}

int sem_wait_on(sem_t* semaphore) {
  return take(semaphore, core::deadline::never());
}

int sem_clockwait_on(sem_t* semaphore, clockid_t clock, const timespec* until) {
  core::deadline end = core::deadline::never();
  if (until != nullptr && to_deadline(clock, until, end)) {
    return take(semaphore, end);
  }
  errno = EINVAL;
  return -1;
}

int sem_timedwait_on(sem_t* semaphore, const timespec* until) {
  return sem_clockwait_on(semaphore, CLOCK_REALTIME, until);
}

// The semaphore may be destroyed as soon as it is posted.
int sem_post_anywhere(sem_t* semaphore) {
  const int result = original<"sem_post", sem_type>(semaphore);
  if (result == 0) lot::wake(semaphore);
  return result;
}

void add_semaphore_hooks(std::vector<hook>& all) {
  const hook mine[] = {
      make_hook<"sem_wait", sem_type, sem_wait_on>("thread"),
      make_hook<"sem_timedwait", sem_timed_type, sem_timedwait_on>("thread"),
      make_hook<"sem_clockwait", sem_clock_type, sem_clockwait_on>("thread"),
      make_whole_hook<"sem_post", sem_type, sem_post_anywhere>("thread"),
  };
  all.insert(all.end(), std::begin(mine), std::end(mine));
}

}  // namespace

void add_condition_hooks(std::vector<hook>& all) {
  const hook mine[] = {
      make_whole_hook<"pthread_cond_wait", wait_type, wait_anywhere>("thread"),
      make_whole_hook<"pthread_cond_timedwait", timedwait_type,
                      timedwait_anywhere>("thread"),
      make_whole_hook<"pthread_cond_clockwait", clockwait_type,
                      clockwait_anywhere>("thread"),
      make_whole_hook<"pthread_cond_signal", signal_type, signal_anywhere>(
          "thread"),
      make_whole_hook<"pthread_cond_broadcast", signal_type,
                      broadcast_anywhere>("thread"),
      make_hook<"pthread_rwlock_rdlock", rwlock_type, rwlock_on<try_read>>(
          "thread"),
      make_hook<"pthread_rwlock_wrlock", rwlock_type, rwlock_on<try_write>>(
          "thread"),
      make_hook<"pthread_rwlock_timedrdlock", rwlock_timed_type,
                rwlock_timed_on<try_read>>("thread"),
      make_hook<"pthread_rwlock_timedwrlock", rwlock_timed_type,
                rwlock_timed_on<try_write>>("thread"),
      make_hook<"pthread_rwlock_clockrdlock", rwlock_clock_type,
                rwlock_clock_on<try_read>>("thread"),
      make_hook<"pthread_rwlock_clockwrlock", rwlock_clock_type,
                rwlock_clock_on<try_write>>("thread"),
      make_whole_hook<"pthread_rwlock_unlock", rwlock_type,
                      rwlock_unlock_anywhere>("thread"),
  };
  all.insert(all.end(), std::begin(mine), std::end(mine));
  add_semaphore_hooks(all);
}

}  // namespace green::patcher
