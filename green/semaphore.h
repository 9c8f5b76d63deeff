// SPDX-License-Identifier: MIT
//
// Mirrors <semaphore.h>. A kill or timeout is thrown (docs/contract.md).
//
// Awaited: sem_wait sem_timedwait
// Same: all else is the original: sem_close sem_destroy sem_getvalue sem_init
//   sem_open sem_t sem_trywait sem_unlink timespec
// Differs: a semaphore that processes share works too. A post by
//   green::sem_post wakes its waiters at once. A post by others is seen after
//   up to 10 ms, as the system wakes only threads. A step of CLOCK_REALTIME
//   does not move the end of sem_timedwait. A signal ends only a wait of run's
//   main green thread, and only by a handler of "green/signal.h".
// Missing: sem_clockwait
#pragma once

#include <semaphore.h>  // the original

#include "green/core/attributes.h"
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

/// sem_post(3). Wakes green threads that wait. From any thread.
int sem_post(sem_t* semaphore);

/// sem_wait(3)
task<int> sem_wait(sem_t* semaphore GREEN_KEPT);
/// sem_timedwait(3)
task<int> sem_timedwait(sem_t* semaphore GREEN_KEPT,
                        const timespec* until GREEN_KEPT);

}  // namespace green
