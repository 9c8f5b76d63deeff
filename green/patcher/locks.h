// SPDX-License-Identifier: MIT
#pragma once

#include <pthread.h>
#include <time.h>

#include "green/core/deadline.h"
#include "green/patcher/lot.h"
#include "green/patcher/waits.h"

namespace green::patcher {

/// Of a point of a clock; never when it is null. False: it is none.
bool to_deadline(clockid_t clock, const timespec* until, core::deadline& out);

/// On a fiber: tries until it is not EBUSY that comes of it, or the deadline,
/// which is ETIMEDOUT.
template <class Try>
int wait_until_free(const void* key, const char* what, core::deadline until,
                    interruptible how, Try attempt) noexcept {
  const int first = attempt();
  if (first != EBUSY) return first;
  const lot::interest waiting;
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

/// On a fiber: as pthread_mutex_lock and pthread_mutex_unlock.
int lock_on_fiber(pthread_mutex_t* mutex, core::deadline until,
                  interruptible how) noexcept;
int unlock_on_fiber(pthread_mutex_t* mutex) noexcept;

}  // namespace green::patcher
