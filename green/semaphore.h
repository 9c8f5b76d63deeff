// SPDX-License-Identifier: MIT
//
// Mirrors <semaphore.h>.
//
// Awaited: sem_wait sem_timedwait
// Same: all else is the original: sem_close sem_destroy sem_getvalue sem_init
//   sem_open sem_t sem_trywait sem_unlink timespec
// Differs: a semaphore shared between processes works too; a post by
//   green::sem_post wakes its waiters at once; one by others is seen after up
//   to 10 ms, as the system wakes only threads.
// Missing: sem_clockwait
#pragma once

#include <semaphore.h>  // the original

#include "green/task.h"

namespace green {

using ::sem_close;
using ::sem_destroy;
using ::sem_getvalue;
using ::sem_init;
using ::sem_open;
using ::sem_t;
using ::sem_trywait;
using ::sem_unlink;
using ::timespec;

/// sem_post(3). From any thread; wakes green threads that wait.
int sem_post(sem_t* semaphore);

/// sem_wait(3)
task<int> sem_wait(sem_t* semaphore);
/// sem_timedwait(3)
task<int> sem_timedwait(sem_t* semaphore, const timespec* until);

}  // namespace green
