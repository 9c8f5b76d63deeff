// SPDX-License-Identifier: MIT
//
// Mirrors <semaphore.h>. A kill or timeout is thrown (docs/contract.md).
//
// Awaited: sem_wait sem_timedwait sem_clockwait sem_open sem_unlink
// Own: sem_post
// Same: all else is the original: clockid_t mode_t sem_close sem_destroy
//   sem_getvalue sem_init sem_t sem_trywait timespec
// Differs: a semaphore that processes share works too. A post by
//   green::sem_post wakes its waiters at once. A post by others is seen after
//   up to 10 ms, as the system wakes only threads. A step of CLOCK_REALTIME
//   does not move the end of a timed wait. A signal ends only a wait of run's
//   main green thread, and only by a handler of "green/signal.h". sem_open and
//   sem_unlink end before a kill or timeout is looked at, once they have begun.
// Missing: nothing.
#pragma once

#include <semaphore.h>  // the original

#include "green/core/attributes.h"
#include "green/hub/operation.h"
#include "green/task.h"

namespace green {

using ::clockid_t;
using ::mode_t;
using ::sem_close;
using ::sem_destroy;
using ::sem_getvalue;
using ::sem_init;
using ::sem_t;
using ::sem_trywait;
using ::timespec;

/// sem_post(3). Wakes green threads that wait. From any thread.
int sem_post(sem_t* semaphore);

/// sem_wait(3)
task<int> sem_wait(sem_t* semaphore GREEN_KEPT);
/// sem_timedwait(3)
task<int> sem_timedwait(sem_t* semaphore GREEN_KEPT,
                        const timespec* until GREEN_KEPT);
/// sem_clockwait(3)
task<int> sem_clockwait(sem_t* semaphore GREEN_KEPT, clockid_t clock,
                        const timespec* until GREEN_KEPT);

/// sem_open(3)
task<sem_t*> sem_open(const char* name GREEN_KEPT, int flags);
task<sem_t*> sem_open(const char* name GREEN_KEPT, int flags, mode_t mode,
                      unsigned value);
/// sem_unlink(3)
hub::operation<int> sem_unlink(const char* name GREEN_KEPT);

}  // namespace green
