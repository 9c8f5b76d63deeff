// SPDX-License-Identifier: MIT
#pragma once

#include <pthread.h>

#include "green/core/deadline.h"
#include "green/task.h"

namespace green::pthreads {

/// pthread_cond_clockwait(3). Whatever ends it, the mutex is locked again.
task<int> wait_for_signal(pthread_cond_t* condition, pthread_mutex_t* mutex,
                          core::deadline until);

}  // namespace green::pthreads
