// SPDX-License-Identifier: MIT
#pragma once

#include <pthread.h>

#include "green/core/deadline.h"
#include "green/task.h"

namespace green::pthreads {

/// Who signals: green's functions alone, or the original as well?
enum class signals : bool { by_green, by_anybody };

/// pthread_cond_clockwait(3). Whatever ends it, the mutex is locked again. It
/// ends early now and then, unless the signals are by green alone.
task<int> wait_for_signal(pthread_cond_t* condition, pthread_mutex_t* mutex,
                          core::deadline until,
                          signals from = signals::by_anybody);

}  // namespace green::pthreads
