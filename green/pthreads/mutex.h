// SPDX-License-Identifier: MIT
#pragma once

#include <pthread.h>
#include <time.h>

#include "green/task.h"

namespace green::pthreads {

/// Does pthread.h accept the clock for a wait?
bool valid_clock(clockid_t clock) noexcept;

/// pthread_mutex_clocklock(3). A null pointer is never.
task<int> lock(pthread_mutex_t* mutex, clockid_t clock, const timespec* until);
/// pthread_mutex_trylock(3)
int try_lock(pthread_mutex_t* mutex);
/// pthread_mutex_unlock(3), which wakes green threads, too.
int unlock(pthread_mutex_t* mutex);
/// The error that unlock would give to the caller, or 0.
int error_of_unlock(pthread_mutex_t* mutex);

}  // namespace green::pthreads
