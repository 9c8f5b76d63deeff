// SPDX-License-Identifier: MIT
#include <atomic>
#include <cerrno>
#include <climits>

#include "green/core/parking_lot.h"
#include "green/hub/futex.h"
#include "green/pthread.h"
#include "green/pthreads/lock_wait.h"

namespace green {

namespace {

// The original's states. In the second, OS threads wait by a futex.
constexpr int fresh = 0, running = 1, done = 2;

int settle(pthread_once_t* once, int state) noexcept {
  std::atomic_ref(*once).store(state, std::memory_order_release);
  hub::wake_futex(once, INT_MAX, false);
  core::parking_lot::wake(pthreads::key_of(once), true);
  return 0;
}

// The caller runs the initialiser. If that throws or is killed, another may.
class claim {
 public:
  explicit claim(pthread_once_t* once) noexcept : once_(once) {}
  claim(const claim&) = delete;
  claim& operator=(const claim&) = delete;
  ~claim() { settle(once_, state_); }
  void succeed() noexcept { state_ = done; }

 private:
  pthread_once_t* once_;
  int state_ = fresh;
};

constexpr int mine = -1;

// 0 when it is done, `mine` when the caller has to do it.
int attempt(pthread_once_t* once) noexcept {
  const std::atomic_ref word(*once);
  int state = word.load(std::memory_order_acquire);
  if ((state & done) != 0) return 0;
  if (state == fresh &&
      word.compare_exchange_strong(state, running, std::memory_order_acquire)) {
    return mine;
  }
  return EBUSY;
}

task<int> wait_for_claim(pthread_once_t* once) {
  const int first = attempt(once);
  if (first != EBUSY) co_return first;
  auto again = [once] { return attempt(once); };
  // An OS thread may be at it.
  auto looks = [] { return true; };
  co_return co_await pthreads::lock_in_lot(
      pthreads::key_of(once), "pthread_once", core::deadline::never(), again,
      looks);
}

}  // namespace

task<int> pthread_once(pthread_once_t* once, task<> (*initialise)()) {
  if (co_await wait_for_claim(once) == mine) {
    claim ours(once);
    co_await initialise();
    ours.succeed();
  }
  co_return 0;
}

task<int> pthread_once(pthread_once_t* once, void (*initialise)()) {
  if (co_await wait_for_claim(once) == mine) {
    claim ours(once);
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
