// SPDX-License-Identifier: MIT
#pragma once

#include <pthread.h>

#include "green/pthreads/lock_call.h"

namespace green::pthreads {

/// pthread_mutex_clocklock(3)
inline pthread_mutex_locking lock(pthread_mutex_t* mutex,
                                  const time_limit& limit) {
  return pthread_mutex_locking("pthread_mutex_lock", mutex, limit);
}
/// pthread_mutex_trylock(3)
int try_lock(pthread_mutex_t* mutex);
/// pthread_mutex_unlock(3), which wakes green threads, too.
int unlock(pthread_mutex_t* mutex);
/// The error that unlock would give to the caller, or 0.
int error_of_unlock(pthread_mutex_t* mutex);

}  // namespace green::pthreads
