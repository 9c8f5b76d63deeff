// SPDX-License-Identifier: MIT
#include <unistd.h>

#include <cstdio>
#include <cstdlib>

#include "green/patcher/locks.h"
#include "green/patcher/owners.h"
#include "green/patcher/replacement.h"
#include "green/posix/timespecs.h"

namespace green::patcher {

bool to_deadline(clockid_t clock, const timespec* until, core::deadline& out) {
  if (until == nullptr) return true;
  if (!valid_time(*until)) return false;
  if (clock != CLOCK_REALTIME && clock != CLOCK_MONOTONIC) return false;
  out = deadline_at(until, clock);
  return true;
}

namespace {

using mutex_type = int(pthread_mutex_t*);
using timed_type = int(pthread_mutex_t*, const timespec*);
using clock_type = int(pthread_mutex_t*, clockid_t, const timespec*);

int try_original(pthread_mutex_t* mutex) noexcept {
  return original<"pthread_mutex_trylock", mutex_type>(mutex);
}

int unlock_original(pthread_mutex_t* mutex) noexcept {
  return original<"pthread_mutex_unlock", mutex_type>(mutex);
}

// One attempt to lock a mutex that checks its owner. EBUSY when another owns
// it.
int try_as_owner(pthread_mutex_t* mutex) noexcept {
  const fiber& me = this_fiber();
  const owners::claim whose = owners::look(*mutex, &me);
  if (whose == owners::claim::others) return EBUSY;
  const int result = whose == owners::claim::mine
                         ? original<"pthread_mutex_lock", mutex_type>(mutex)
                         : try_original(mutex);
  // The mutex of a thread that died passes to the next owner.
  if (result == 0 || result == EOWNERDEAD) {
    const shut_gate shut;
    owners::locked(mutex, me);
  }
  return result;
}

int try_on(pthread_mutex_t* mutex) {
  if (!owners::asks_for_owner(*mutex)) return try_original(mutex);
  if (owners::look(*mutex, &this_fiber()) == owners::claim::nobody) {
    return try_as_owner(mutex);
  }
  const int result = try_as_owner(mutex);
  return result == EDEADLK ? EBUSY : result;
}

[[noreturn]] void end_deadlock(const pthread_mutex_t* mutex) noexcept {
  std::fprintf(
      stderr,
      "green: deadlock: mutex %p is held by a parked green::patched() fiber of "
      "this thread; lock it inside green::patched() or not across a blocking "
      "call\n",
      static_cast<const void*>(mutex));
  std::abort();
}

// The hub's own code must not wait for a mutex that a fiber of its thread
// holds.
int lock_beside_fibers(pthread_mutex_t* mutex) {
  const bool owned = owners::asks_for_owner(*mutex);
  if (owned && owners::look(*mutex, nullptr) == owners::claim::others) {
    end_deadlock(mutex);
  }
  const int result = try_original(mutex);
  if (result != EBUSY) return result;
  if (!owned && mutex->__data.__owner == ::gettid()) end_deadlock(mutex);
  return original<"pthread_mutex_lock", mutex_type>(mutex);
}

int lock_anywhere(pthread_mutex_t* mutex) {
  if (gate_open()) {
    return lock_on_fiber(mutex, core::deadline::never(), interruptible::no);
  }
  if (fibers_alive != 0) return lock_beside_fibers(mutex);
  return original<"pthread_mutex_lock", mutex_type>(mutex);
}

int unlock_anywhere(pthread_mutex_t* mutex) {
  if (gate_open()) return unlock_on_fiber(mutex);
  const int result = unlock_original(mutex);
  if (result == 0) lot::wake(mutex);
  return result;
}

int clocklock_on(pthread_mutex_t* mutex, clockid_t clock,
                 const timespec* until) {
  core::deadline end = core::deadline::never();
  if (until == nullptr || !to_deadline(clock, until, end)) return EINVAL;
  return lock_on_fiber(mutex, end, interruptible::yes);
}

int timedlock_on(pthread_mutex_t* mutex, const timespec* until) {
  return clocklock_on(mutex, CLOCK_REALTIME, until);
}

}  // namespace

int lock_on_fiber(pthread_mutex_t* mutex, core::deadline until,
                  interruptible how) noexcept {
  const bool owned = owners::asks_for_owner(*mutex);
  return wait_until_free(mutex, "pthread_mutex_lock", until, how, [&] {
    return owned ? try_as_owner(mutex) : try_original(mutex);
  });
}

int unlock_on_fiber(pthread_mutex_t* mutex) noexcept {
  if (owners::asks_for_owner(*mutex)) {
    const owners::claim whose = owners::look(*mutex, &this_fiber());
    if (whose == owners::claim::others) return EPERM;
    if (whose == owners::claim::mine) owners::unlocked(mutex);
  }
  // The C library wakes nobody while the process has one thread.
  const int result = unlock_original(mutex);
  if (result == 0) lot::wake(mutex);
  return result;
}

void add_mutex_hooks(std::vector<hook>& all) {
  const hook mine[] = {
      make_whole_hook<"pthread_mutex_lock", mutex_type, lock_anywhere>(
          "thread"),
      make_hook<"pthread_mutex_trylock", mutex_type, try_on>("thread"),
      make_whole_hook<"pthread_mutex_unlock", mutex_type, unlock_anywhere>(
          "thread"),
      make_hook<"pthread_mutex_timedlock", timed_type, timedlock_on>("thread"),
      make_hook<"pthread_mutex_clocklock", clock_type, clocklock_on>("thread"),
  };
  all.insert(all.end(), std::begin(mine), std::end(mine));
}

}  // namespace green::patcher
