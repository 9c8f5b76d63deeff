// SPDX-License-Identifier: MIT
#pragma once

#include <pthread.h>
#include <time.h>

#include <cerrno>

#include "green/core/deadline.h"
#include "green/patcher/lot.h"
#include "green/patcher/waits.h"
#include "green/pthreads/time_limit.h"

namespace green::patcher {

/// The deadline at a point of a clock; never for a null pointer. False when it
/// is no valid time.
bool to_deadline(clockid_t clock, const timespec* until, core::deadline& out);

/// On a fiber: tries until the result is not EBUSY. ETIMEDOUT after the
/// deadline.
template <class Try>
int wait_until_free(const void* key, const char* what, core::deadline until,
                    interruptible how, Try attempt) noexcept {
  const int first = attempt();
  if (first != EBUSY) return first;
  const core::parking_lot::interest waiting(lot::key_of(key));
  for (unsigned round = 0;; ++round) {
    const unsigned seen = lot::turn(key);
    const int result = attempt();
    if (result != EBUSY) return result;
    if (until.passed()) return ETIMEDOUT;
    const int failed = wait_number(
        [&] { return lot::wait_a_while(key, seen, what, round, until); }, how);
    if (failed != 0) return failed;
  }
}

/// The same where each change is told by lot::wake, so that nobody has to look
/// again after pauses. An interrupt ends it.
template <class Try>
int wait_until_woken(const void* key, const char* what, core::deadline until,
                     Try attempt) noexcept {
  const int first = attempt();
  if (first != EBUSY) return first;
  const core::parking_lot::interest waiting(lot::key_of(key));
  for (;;) {
    const unsigned seen = lot::turn(key);
    const int result = attempt();
    if (result != EBUSY) return result;
    if (until.passed()) return ETIMEDOUT;
    const int failed =
        wait_number([&] { return lot::wait(key, seen, what, until); });
    if (failed != 0) return failed;
  }
}

/// On a fiber: like pthread_mutex_clocklock and pthread_mutex_unlock.
int lock_on_fiber(pthread_mutex_t* mutex, const pthreads::time_limit& limit,
                  interruptible how) noexcept;
int unlock_on_fiber(pthread_mutex_t* mutex) noexcept;

}  // namespace green::patcher
