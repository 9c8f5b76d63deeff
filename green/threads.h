// SPDX-License-Identifier: MIT
//
// Mirrors <threads.h>. A kill or timeout is thrown (docs/contract.md).
//
// Awaited: thrd_create thrd_join thrd_sleep thrd_yield mtx_lock mtx_timedlock
//   cnd_wait cnd_timedwait call_once
// Own: cnd_broadcast cnd_signal mtx_trylock mtx_unlock thrd_current
//   thrd_detach thrd_exit tss_create tss_delete tss_get tss_set
// Same: the constants and ONCE_FLAG_INIT. All else is the original:
//   cnd_destroy cnd_init cnd_t mtx_destroy mtx_init mtx_t thrd_equal thrd_t
//   timespec tss_dtor_t tss_t
// Differs: all is as "green/pthread.h" says, of which these are thin shells. A
//   thread is a green thread, and its function is a task. thrd_exit throws
//   green::killed. A thread that is killed gives the result -1. thrd_sleep
//   ends early only by a handler of "green/signal.h". The function of call_once
//   may be a task.
// Missing: once_flag: green::once_flag is that of "green/mutex", so write
//   ::once_flag; thrd_start_t: the function is a task
#pragma once

#include <threads.h>  // the original
#include <time.h>

#include "green/core/attributes.h"
#include "green/task.h"

namespace green {

using ::cnd_destroy;
using ::cnd_init;
using ::cnd_t;
using ::mtx_destroy;
using ::mtx_init;
using ::mtx_t;
using ::thrd_equal;
using ::thrd_t;
using ::timespec;
using ::tss_dtor_t;
using ::tss_t;

/// thrd_create(3). The thread starts at the next turn of this hub.
task<int> thrd_create(thrd_t* thread GREEN_KEPT, task<int> (*start)(void*),
                      void* argument);
/// thrd_current(3)
thrd_t thrd_current();
/// thrd_detach(3)
int thrd_detach(thrd_t thread);
/// thrd_exit(3). Throws killed.
[[noreturn]] void thrd_exit(int result);
/// thrd_join(3)
task<int> thrd_join(thrd_t thread, int* result GREEN_KEPT);
/// thrd_sleep(3)
task<int> thrd_sleep(const timespec* length GREEN_KEPT,
                     timespec* rest GREEN_KEPT);
/// thrd_yield(3). All that is ready runs first.
task<> thrd_yield();

/// mtx_lock(3)
task<int> mtx_lock(mtx_t* mutex GREEN_KEPT);
/// mtx_timedlock(3)
task<int> mtx_timedlock(mtx_t* mutex GREEN_KEPT,
                        const timespec* until GREEN_KEPT);
/// mtx_trylock(3)
int mtx_trylock(mtx_t* mutex);
/// mtx_unlock(3). Wakes green threads that wait.
int mtx_unlock(mtx_t* mutex);

/// cnd_wait(3). The mutex is locked again, whatever ended the wait.
task<int> cnd_wait(cnd_t* condition GREEN_KEPT, mtx_t* mutex GREEN_KEPT);
/// cnd_timedwait(3)
task<int> cnd_timedwait(cnd_t* condition GREEN_KEPT, mtx_t* mutex GREEN_KEPT,
                        const timespec* until GREEN_KEPT);
/// cnd_signal(3). From any thread.
int cnd_signal(cnd_t* condition);
/// cnd_broadcast(3). From any thread.
int cnd_broadcast(cnd_t* condition);

/// call_once(3)
task<> call_once(::once_flag* flag GREEN_KEPT, task<> (*f)());
task<> call_once(::once_flag* flag GREEN_KEPT, void (*f)());

/// tss_create(3)
int tss_create(tss_t* key, tss_dtor_t destroy);
/// tss_delete(3)
void tss_delete(tss_t key);
/// tss_get(3)
void* tss_get(tss_t key);
/// tss_set(3)
int tss_set(tss_t key, void* value);

}  // namespace green
