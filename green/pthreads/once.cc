// SPDX-License-Identifier: MIT
#include "green/pthreads/once.h"

#include <atomic>
#include <cerrno>
#include <climits>

#include "green/core/parking_lot.h"
#include "green/hub/futex.h"
#include "green/pthread.h"
#include "green/pthreads/lock_wait.h"

namespace green {

namespace {

// The original's states. While an initialiser runs, OS threads wait by a futex.
constexpr int fresh = 0, done = 2;

thread_local pthread_once_t probe;
thread_local int running_in_probe;

// The state while an initialiser runs. It is another one in a child of fork,
// where the initialisers of the parent have to run again. The C library keeps
// the number of that to itself.
int running() noexcept {
  probe = PTHREAD_ONCE_INIT;
  ::pthread_once(&probe, [] { running_in_probe = probe; });
  return running_in_probe;
}

}  // namespace

int pthreads::claim_once(pthread_once_t* once) noexcept {
  const std::atomic_ref word(*once);
  int state = word.load(std::memory_order_acquire);
  if ((state & done) != 0) return 0;
  const int now = running();
  while (state != now) {
    if (word.compare_exchange_weak(state, now, std::memory_order_acquire)) {
      return to_be_run;
    }
    if ((state & done) != 0) return 0;
  }
  return EBUSY;
}

task<int> pthreads::wait_for_once(pthread_once_t* once) {
  const int first = claim_once(once);
  if (first != EBUSY) co_return first;
  auto again = [once] { return claim_once(once); };
  // An OS thread may be at it.
  auto looks = [] { return true; };
  co_return co_await lock_in_lot(key_of(once), "pthread_once",
                                 core::deadline::never(), again, looks);
}

pthreads::once_claim::~once_claim() {
  std::atomic_ref(*once_).store(succeeded_ ? done : fresh,
                                std::memory_order_release);
  hub::wake_futex(once_, INT_MAX, false);
  core::parking_lot::wake(key_of(once_), true);
}

task<int> pthread_once(pthread_once_t* once, task<> (*initialise)()) {
  if (co_await pthreads::wait_for_once(once) == pthreads::to_be_run) {
    pthreads::once_claim ours(once);
    co_await initialise();
    ours.succeed();
  }
  co_return 0;
}

task<int> pthread_once(pthread_once_t* once, void (*initialise)()) {
  if (co_await pthreads::wait_for_once(once) == pthreads::to_be_run) {
    pthreads::once_claim ours(once);
    initialise();
    ours.succeed();
  }
  co_return 0;
}

task<int> pthread_spin_lock(pthread_spinlock_t* lock) {
  const int first = ::pthread_spin_trylock(lock);
  if (first != EBUSY) co_return first;
  auto again = [lock] { return ::pthread_spin_trylock(lock); };
  auto looks = [] { return true; };
  co_return co_await pthreads::lock_in_lot(
      pthreads::key_of(lock), "pthread_spin_lock", core::deadline::never(),
      again, looks);
}

int pthread_spin_unlock(pthread_spinlock_t* lock) {
  const std::uint64_t key = pthreads::key_of(lock);
  const int result = ::pthread_spin_unlock(lock);
  core::parking_lot::wake(key, false);
  return result;
}

}  // namespace green
