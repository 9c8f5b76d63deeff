// SPDX-License-Identifier: MIT
#include "green/pthreads/mutex.h"

#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <new>

#include "green/pthread.h"
#include "green/pthreads/lock_wait.h"
#include "green/pthreads/mutex_owner.h"
#include "green/pthreads/waiter_count.h"

namespace green::pthreads {

namespace {

class counted_waiter final : public waiter_count {
 public:
  explicit counted_waiter(const mutex_owner& mutex) : mutex_(mutex) {}
  ~counted_waiter() { end(); }
  // With the waiters of the mutex locked. True when others wait already.
  bool comes_behind() noexcept {
    if (counted() || !mutex_.has_words()) return false;
    const bool others = mutex_.has_waiters();
    begin();
    return others;
  }

 private:
  void change(int by) noexcept override { mutex_.add_waiters(by); }

  const mutex_owner& mutex_;
};

// Takes it, if no OS thread has it. No green thread of this process has.
int take(pthread_mutex_t* mutex) {
  mutex_owner owner(*mutex);
  if (owner.has_words()) [[likely]] {
    const int result = ::pthread_mutex_trylock(mutex);
    if (result == 0) owner.set_caller();
    return result;
  }
  try {
    owner.set_caller();
  } catch (const std::bad_alloc&) {
    return ENOMEM;
  }
  const int result = ::pthread_mutex_trylock(mutex);
  if (result != 0 && result != EOWNERDEAD) owner.clear();
  if (result == ENOTRECOVERABLE) owner.free_unrecoverable();
  return result;
}

// The caller has it, and locks it again.
int lock_again(pthread_mutex_t* mutex) {
  const int type = mutex_owner(*mutex).type();
  if (type == mutex_owner::recursive) return ::pthread_mutex_lock(mutex);
  return type == mutex_owner::errorcheck ? EDEADLK : EBUSY;
}

int attempt_lock(pthread_mutex_t* mutex) {
  const std::uint64_t known = mutex_owner(*mutex).get();
  if (known == 0) return take(mutex);
  return known == mutex_owner::caller() ? lock_again(mutex) : EBUSY;
}

// One that comes later stands behind all that wait, and relies on them. While
// a green thread has the mutex, all rely on its unlock. Else one of them looks:
// an OS thread that unlocks by the original wakes no green thread.
task<int> wait_for(pthread_mutex_t* mutex, core::deadline until) {
  const mutex_owner owner(*mutex);
  turn_in_line turn(key_of(mutex), false);
  counted_waiter counted(owner);
  bool behind = false;
  auto attempt = [&] {
    behind = counted.comes_behind();
    return behind ? EBUSY : attempt_lock(mutex);
  };
  auto looks = [&] { return !behind && owner.get() == 0; };
  co_return turn.ends(co_await lock_in_lot(key_of(mutex), "pthread_mutex_lock",
                                           until, attempt, looks));
}

}  // namespace

// glibc looks at the clock at once, and at the time where it waits.
bool mutex_request::at_once() {
  if (!limit_.has_clock()) {
    set(EINVAL);
    return true;
  }
  const mutex_owner owner(*mutex_);
  if (owner.has_waiters() && owner.get() != mutex_owner::caller()) return false;
  const int result = attempt_lock(mutex_);
  set(result);
  return result != EBUSY;
}

task<> mutex_request::in_steps() {
  const int refused = limit_.error();
  if (refused != 0) {
    set(refused);
    co_return;
  }
  set(co_await wait_for(mutex_, limit_.deadline()));
}

int try_lock(pthread_mutex_t* mutex) {
  const std::uint64_t known = mutex_owner(*mutex).get();
  if (known == 0) return take(mutex);
  return known == mutex_owner::caller() ? ::pthread_mutex_trylock(mutex)
                                        : EBUSY;
}

int error_of_unlock(pthread_mutex_t* mutex) {
  const mutex_owner owner(*mutex);
  if (!owner.asks_for_owner()) return 0;
  const std::uint64_t known = owner.get();
  const bool mine = known != 0 ? known == mutex_owner::caller()
                               : mutex->__data.__owner == ::gettid();
  return mine ? 0 : EPERM;
}

int unlock(pthread_mutex_t* mutex) {
  mutex_owner owner(*mutex);
  const std::uint64_t known = owner.get();
  if (known != 0) {
    if (owner.asks_for_owner() && known != mutex_owner::caller()) return EPERM;
    if (owner.locked_again()) return ::pthread_mutex_unlock(mutex);
    owner.clear();
  }
  // Another thread may destroy the mutex as soon as it is unlocked.
  const std::uint64_t key = key_of(mutex);
  const int result = ::pthread_mutex_unlock(mutex);
  if (result == 0) core::parking_lot::wake_if_any(key, false);
  return result;
}

}  // namespace green::pthreads

namespace green {

pthread_mutex_locking pthread_mutex_lock(pthread_mutex_t* mutex) {
  return pthreads::lock(mutex, {});
}

pthread_mutex_locking pthread_mutex_timedlock(pthread_mutex_t* mutex,
                                              const timespec* until) {
  return pthreads::lock(mutex, {CLOCK_REALTIME, until});
}

pthread_mutex_locking pthread_mutex_clocklock(pthread_mutex_t* mutex,
                                              clockid_t clock,
                                              const timespec* until) {
  return pthreads::lock(mutex, {clock, until});
}

int pthread_mutex_trylock(pthread_mutex_t* mutex) {
  return pthreads::try_lock(mutex);
}

int pthread_mutex_unlock(pthread_mutex_t* mutex) {
  return pthreads::unlock(mutex);
}

// A mutex that inherits a priority cannot be tried without the kernel, which
// takes all green threads of a hub for one owner.
int pthread_mutexattr_setprotocol(pthread_mutexattr_t* attributes,
                                  int protocol) {
  const bool other =
      protocol == PTHREAD_PRIO_INHERIT || protocol == PTHREAD_PRIO_PROTECT;
  return other ? ENOTSUP
               : ::pthread_mutexattr_setprotocol(attributes, protocol);
}

int pthread_mutex_init(pthread_mutex_t* mutex,
                       const pthread_mutexattr_t* attributes) {
  int protocol = PTHREAD_PRIO_NONE;
  if (attributes != nullptr) {
    ::pthread_mutexattr_getprotocol(attributes, &protocol);
  }
  if (protocol != PTHREAD_PRIO_NONE) return ENOTSUP;
  return ::pthread_mutex_init(mutex, attributes);
}

}  // namespace green
