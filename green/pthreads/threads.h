// SPDX-License-Identifier: MIT
#pragma once

#include <pthread.h>

#include "green/task.h"

namespace green::pthreads {

/// The function of a thread, of <pthread.h> or else of <threads.h>, and its
/// argument.
struct start_call {
  task<void*> (*start)(void*);
  task<int> (*start_of_c)(void*);
  void* argument;
};

/// pthread_create(3)
int create(pthread_t* thread, const pthread_attr_t* attributes,
           const start_call& call);

/// The result of a thread of <threads.h> as one of <pthread.h>.
void* to_pointer(int result) noexcept;

}  // namespace green::pthreads
