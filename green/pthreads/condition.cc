// SPDX-License-Identifier: MIT
#include "green/pthreads/condition.h"

#include <cerrno>
#include <chrono>
#include <cstdint>
#include <exception>

#include "green/core/green_thread.h"
#include "green/core/parking_lot.h"
#include "green/core/shield.h"
#include "green/pthread.h"
#include "green/pthreads/lock_wait.h"
#include "green/pthreads/mutex.h"

namespace green {

namespace {

// The bit that the attribute of the clock leaves in a condition variable.
constexpr unsigned monotonic_flag = 2;

// A signal by the original is noticed by an early end of the wait, which POSIX
// allows.
constexpr std::chrono::seconds early_end(1);

// In the lot first, then unlocked: a signal between is not lost.
class signal_wait final : public core::parking_lot::parked_wait {
 public:
  signal_wait(pthread_cond_t* condition, pthread_mutex_t* mutex,
              core::deadline until)
      : parked_wait(pthreads::key_of(condition), "pthread_cond_wait", until),
        mutex_(mutex) {}

  bool unlocked() const noexcept { return unlocked_; }

 private:
  bool try_now() override { return false; }
  void queued() override {
    unlocked_ = true;
    pthreads::unlock(mutex_);
  }

  pthread_mutex_t* mutex_;
  bool unlocked_ = false;
};

}  // namespace

task<int> pthreads::wait_for_signal(pthread_cond_t* condition,
                                    pthread_mutex_t* mutex,
                                    core::deadline until, signals from) {
  const int refused = pthreads::error_of_unlock(mutex);
  if (refused != 0) co_return refused;
  const core::deadline early = from == signals::by_green
                                   ? core::deadline::never()
                                   : core::deadline(early_end);
  signal_wait wait(condition, mutex, early.ns() < until.ns() ? early : until);
  std::exception_ptr interrupted;
  bool signalled = false;
  try {
    signalled = co_await wait;
  } catch (...) {
    interrupted = std::current_exception();
  }
  const bool late = !signalled && until.passed();
  int locked = 0;
  if (wait.unlocked()) {
    const core::shield uninterrupted;
    locked = co_await pthreads::lock(mutex, {});
  }
  if (interrupted != nullptr) std::rethrow_exception(interrupted);
  if (locked != 0) co_return locked;
  co_return late ? ETIMEDOUT : 0;
}

namespace {

task<int> timed_wait(pthread_cond_t* condition, pthread_mutex_t* mutex,
                     pthreads::time_limit limit) {
  const int refused = limit.error();
  if (refused != 0) co_return refused;
  co_return co_await pthreads::wait_for_signal(condition, mutex,
                                               limit.deadline());
}

}  // namespace

task<int> pthread_cond_wait(pthread_cond_t* condition, pthread_mutex_t* mutex) {
  return pthreads::wait_for_signal(condition, mutex, core::deadline::never());
}

task<int> pthread_cond_timedwait(pthread_cond_t* condition,
                                 pthread_mutex_t* mutex,
                                 const timespec* until) {
  const bool monotonic = (condition->__data.__wrefs & monotonic_flag) != 0;
  return timed_wait(condition, mutex,
                    {monotonic ? CLOCK_MONOTONIC : CLOCK_REALTIME, until});
}

task<int> pthread_cond_clockwait(pthread_cond_t* condition,
                                 pthread_mutex_t* mutex, clockid_t clock,
                                 const timespec* until) {
  return timed_wait(condition, mutex, {clock, until});
}

int pthread_cond_signal(pthread_cond_t* condition) {
  if (core::parking_lot::wake_if_any(pthreads::key_of(condition), false)) {
    return 0;
  }
  return ::pthread_cond_signal(condition);
}

int pthread_cond_broadcast(pthread_cond_t* condition) {
  // A green thread that is woken first may destroy it.
  const std::uint64_t key = pthreads::key_of(condition);
  const int result = ::pthread_cond_broadcast(condition);
  core::parking_lot::wake_if_any(key, true);
  return result;
}

}  // namespace green
