// SPDX-License-Identifier: MIT
#include <pthread.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <iterator>
#include <vector>

#include "green/patcher/locks.h"
#include "green/patcher/replacement.h"
#include "green/posix/timespecs.h"
#include "green/pthreads/mutex.h"
#include "green/pthreads/mutex_owner.h"

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

int try_on(pthread_mutex_t* mutex) {
  const shut_gate shut;
  return pthreads::try_lock(mutex);
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
  const pthreads::mutex_owner owner(*mutex);
  const auto held_here = [mutex] {
    return mutex->__data.__owner == ::gettid();
  };
  const std::uint64_t known = owner.get();
  if (known != 0 && known != owner.caller() && held_here()) end_deadlock(mutex);
  const int result = original<"pthread_mutex_trylock", mutex_type>(mutex);
  if (result != EBUSY) return result;
  if (!owner.asks_for_owner() && held_here()) end_deadlock(mutex);
  return original<"pthread_mutex_lock", mutex_type>(mutex);
}

int lock_anywhere(pthread_mutex_t* mutex) {
  if (gate_open()) {
    return lock_on_fiber(mutex, {}, interruptible::no);
  }
  if (fibers_alive != 0) return lock_beside_fibers(mutex);
  return original<"pthread_mutex_lock", mutex_type>(mutex);
}

int unlock_anywhere(pthread_mutex_t* mutex) {
  if (gate_open()) return unlock_on_fiber(mutex);
  const int result = original<"pthread_mutex_unlock", mutex_type>(mutex);
  if (result == 0) lot::wake(mutex);
  return result;
}

int timed_lock(pthread_mutex_t* mutex, const pthreads::time_limit& limit) {
  return lock_on_fiber(mutex, limit, interruptible::yes);
}

int clocklock_on(pthread_mutex_t* mutex, clockid_t clock,
                 const timespec* until) {
  return timed_lock(mutex, {clock, until});
}

int timedlock_on(pthread_mutex_t* mutex, const timespec* until) {
  return timed_lock(mutex, {CLOCK_REALTIME, until});
}

}  // namespace

int lock_on_fiber(pthread_mutex_t* mutex, const pthreads::time_limit& limit,
                  interruptible how) noexcept {
  pthreads::mutex_request request(mutex, limit);
  {
    const shut_gate shut;
    if (request.at_once()) return static_cast<int>(request.result());
  }
  return wait_number([&] { return pthreads::lock(mutex, limit); }, how);
}

int unlock_on_fiber(pthread_mutex_t* mutex) noexcept {
  const shut_gate shut;
  return pthreads::unlock(mutex);
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
