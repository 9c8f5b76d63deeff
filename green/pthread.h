// SPDX-License-Identifier: MIT
//
// Mirrors <pthread.h>. A kill or timeout is thrown (docs/contract.md).
//
// Awaited: pthread_create pthread_join pthread_timedjoin_np
//   pthread_clockjoin_np pthread_mutex_lock pthread_mutex_timedlock
//   pthread_mutex_clocklock pthread_cond_wait pthread_cond_timedwait
//   pthread_cond_clockwait pthread_rwlock_rdlock pthread_rwlock_wrlock
//   pthread_rwlock_timedrdlock pthread_rwlock_timedwrlock
//   pthread_rwlock_clockrdlock pthread_rwlock_clockwrlock
//   pthread_barrier_wait pthread_once pthread_spin_lock pthread_testcancel
// Own: pthread_barrier_destroy pthread_barrier_init pthread_cancel
//   pthread_cond_broadcast pthread_cond_signal pthread_detach pthread_exit
//   pthread_getattr_np pthread_getname_np pthread_getspecific
//   pthread_key_create pthread_key_delete pthread_mutex_init
//   pthread_mutex_trylock pthread_mutex_unlock pthread_mutexattr_setprotocol
//   pthread_rwlock_tryrdlock pthread_rwlock_trywrlock pthread_rwlock_unlock
//   pthread_self pthread_setcancelstate pthread_setcanceltype
//   pthread_setname_np pthread_setspecific pthread_spin_unlock
//   pthread_tryjoin_np
// Same: the constants, the static initialisers, pthread_cleanup_push and
//   pthread_cleanup_pop are the original macros. All else is the original:
//   pthread_atfork pthread_attr_destroy pthread_attr_getaffinity_np
//   pthread_attr_getdetachstate pthread_attr_getguardsize
//   pthread_attr_getinheritsched pthread_attr_getschedparam
//   pthread_attr_getschedpolicy pthread_attr_getscope
//   pthread_attr_getsigmask_np pthread_attr_getstack
//   pthread_attr_getstacksize pthread_attr_init pthread_attr_setaffinity_np
//   pthread_attr_setdetachstate pthread_attr_setguardsize
//   pthread_attr_setinheritsched pthread_attr_setschedparam
//   pthread_attr_setschedpolicy pthread_attr_setscope
//   pthread_attr_setsigmask_np pthread_attr_setstack
//   pthread_attr_setstacksize pthread_attr_t pthread_barrier_t
//   pthread_barrierattr_destroy pthread_barrierattr_getpshared
//   pthread_barrierattr_init pthread_barrierattr_setpshared
//   pthread_barrierattr_t pthread_cond_destroy pthread_cond_init
//   pthread_cond_t pthread_condattr_destroy pthread_condattr_getclock
//   pthread_condattr_getpshared pthread_condattr_init
//   pthread_condattr_setclock pthread_condattr_setpshared
//   pthread_condattr_t pthread_equal pthread_getattr_default_np
//   pthread_getconcurrency pthread_key_t pthread_mutex_consistent
//   pthread_mutex_destroy pthread_mutex_getprioceiling
//   pthread_mutex_setprioceiling pthread_mutex_t pthread_mutexattr_destroy
//   pthread_mutexattr_getprioceiling pthread_mutexattr_getprotocol
//   pthread_mutexattr_getpshared pthread_mutexattr_getrobust
//   pthread_mutexattr_gettype pthread_mutexattr_init
//   pthread_mutexattr_setprioceiling pthread_mutexattr_setpshared
//   pthread_mutexattr_setrobust pthread_mutexattr_settype
//   pthread_mutexattr_t pthread_once_t pthread_rwlock_destroy
//   pthread_rwlock_init pthread_rwlock_t pthread_rwlockattr_destroy
//   pthread_rwlockattr_getkind_np pthread_rwlockattr_getpshared
//   pthread_rwlockattr_init pthread_rwlockattr_setkind_np
//   pthread_rwlockattr_setpshared pthread_rwlockattr_t
//   pthread_setattr_default_np pthread_setconcurrency pthread_spin_destroy
//   pthread_spin_init pthread_spin_trylock pthread_spinlock_t pthread_t
//   timespec
// Differs: a thread is a green thread of the hub that makes it, and its
//   function is a task. pthread_self names any green thread. Its number is
//   valid for the functions here alone, so "green/signal.h" gives ESRCH for it.
//   A function that gets another number gives ESRCH, too. pthread_cancel is a
//   kill, and PTHREAD_CANCEL_DISABLE holds up timeouts, too. The type of
//   cancelling is kept, and always acts as deferred. pthread_exit throws
//   green::killed. An exception that leaves the function ends the process. A
//   key has a value for each green thread, and a destructor cannot wait.
//   Attributes of threads change nothing, and are given back, except an
//   affinity, a stack and signals. Mutexes, read-write locks, spin locks and
//   pthread_once have the original's state, so OS threads may use the original
//   functions on the same object. A lock has to be unlocked by the same side.
//   Code in patched() is of green's side. Locks that processes share are looked
//   at after pauses. What an OS thread sets free by the original is seen after
//   up to 10 ms. Its pthread_cond_signal is seen after a second, as a spurious
//   wake-up. Green waiters get a lock in the order of their coming, unless it
//   is robust or shared by processes. The owner of a robust mutex dies with the
//   green thread. A kill or timeout takes the arrival at a barrier back. A
//   barrier is green's own: OS threads cannot wait at it. The initialiser of
//   pthread_once may be a task, after whose exception it runs again. A step
//   of CLOCK_REALTIME does not move the end of a wait. Priorities are no part
//   of green: pthread_mutexattr_setprotocol knows PTHREAD_PRIO_NONE alone,
//   and gives ENOTSUP for others. A barrier shared by processes is ENOTSUP,
//   too.
// Missing: pthread_getaffinity_np pthread_setaffinity_np pthread_getcpuclockid
//   pthread_getschedparam pthread_setschedparam pthread_setschedprio: they act
//   on an OS thread; pthread_yield: use this_thread::yield;
//   pthread_attr_getstackaddr pthread_attr_setstackaddr, which are deprecated
#pragma once

#include <pthread.h>  // the original
#include <time.h>

#include <cstddef>

#include "green/core/attributes.h"
#include "green/pthreads/lock_call.h"
#include "green/task.h"

namespace green {

using ::pthread_atfork;
using ::pthread_attr_destroy;
using ::pthread_attr_getaffinity_np;
using ::pthread_attr_getdetachstate;
using ::pthread_attr_getguardsize;
using ::pthread_attr_getinheritsched;
using ::pthread_attr_getschedparam;
using ::pthread_attr_getschedpolicy;
using ::pthread_attr_getscope;
using ::pthread_attr_getsigmask_np;
using ::pthread_attr_getstack;
using ::pthread_attr_getstacksize;
using ::pthread_attr_init;
using ::pthread_attr_setaffinity_np;
using ::pthread_attr_setdetachstate;
using ::pthread_attr_setguardsize;
using ::pthread_attr_setinheritsched;
using ::pthread_attr_setschedparam;
using ::pthread_attr_setschedpolicy;
using ::pthread_attr_setscope;
using ::pthread_attr_setsigmask_np;
using ::pthread_attr_setstack;
using ::pthread_attr_setstacksize;
using ::pthread_attr_t;
using ::pthread_barrier_t;
using ::pthread_barrierattr_destroy;
using ::pthread_barrierattr_getpshared;
using ::pthread_barrierattr_init;
using ::pthread_barrierattr_setpshared;
using ::pthread_barrierattr_t;
using ::pthread_cond_destroy;
using ::pthread_cond_init;
using ::pthread_cond_t;
using ::pthread_condattr_destroy;
using ::pthread_condattr_getclock;
using ::pthread_condattr_getpshared;
using ::pthread_condattr_init;
using ::pthread_condattr_setclock;
using ::pthread_condattr_setpshared;
using ::pthread_condattr_t;
using ::pthread_equal;
using ::pthread_getattr_default_np;
using ::pthread_getconcurrency;
using ::pthread_key_t;
using ::pthread_mutex_consistent;
using ::pthread_mutex_destroy;
using ::pthread_mutex_getprioceiling;
using ::pthread_mutex_setprioceiling;
using ::pthread_mutex_t;
using ::pthread_mutexattr_destroy;
using ::pthread_mutexattr_getprioceiling;
using ::pthread_mutexattr_getprotocol;
using ::pthread_mutexattr_getpshared;
using ::pthread_mutexattr_getrobust;
using ::pthread_mutexattr_gettype;
using ::pthread_mutexattr_init;
using ::pthread_mutexattr_setprioceiling;
using ::pthread_mutexattr_setpshared;
using ::pthread_mutexattr_setrobust;
using ::pthread_mutexattr_settype;
using ::pthread_mutexattr_t;
using ::pthread_once_t;
using ::pthread_rwlock_destroy;
using ::pthread_rwlock_init;
using ::pthread_rwlock_t;
using ::pthread_rwlockattr_destroy;
using ::pthread_rwlockattr_getkind_np;
using ::pthread_rwlockattr_getpshared;
using ::pthread_rwlockattr_init;
using ::pthread_rwlockattr_setkind_np;
using ::pthread_rwlockattr_setpshared;
using ::pthread_rwlockattr_t;
using ::pthread_setattr_default_np;
using ::pthread_setconcurrency;
using ::pthread_spin_destroy;
using ::pthread_spin_init;
using ::pthread_spin_trylock;
using ::pthread_spinlock_t;
using ::pthread_t;
using ::timespec;

/// pthread_create(3). The thread starts at the next turn of this hub.
task<int> pthread_create(pthread_t* thread GREEN_KEPT,
                         const pthread_attr_t* attributes GREEN_KEPT,
                         task<void*> (*start)(void*), void* argument);
/// pthread_exit(3). Throws killed.
[[noreturn]] void pthread_exit(void* result);
/// pthread_join(3). A kill or timeout leaves the thread joinable.
task<int> pthread_join(pthread_t thread, void** result GREEN_KEPT);
/// pthread_timedjoin_np(3)
task<int> pthread_timedjoin_np(pthread_t thread, void** result GREEN_KEPT,
                               const timespec* until GREEN_KEPT);
/// pthread_clockjoin_np(3)
task<int> pthread_clockjoin_np(pthread_t thread, void** result GREEN_KEPT,
                               clockid_t clock,
                               const timespec* until GREEN_KEPT);
/// pthread_tryjoin_np(3)
int pthread_tryjoin_np(pthread_t thread, void** result);
/// pthread_detach(3)
int pthread_detach(pthread_t thread);
/// pthread_self(3). Where no green thread runs, the original.
pthread_t pthread_self();
/// pthread_cancel(3). From any thread.
int pthread_cancel(pthread_t thread);
/// pthread_setcancelstate(3)
int pthread_setcancelstate(int state, int* before);
/// pthread_setcanceltype(3)
int pthread_setcanceltype(int type, int* before);
/// pthread_testcancel(3)
task<> pthread_testcancel();
/// pthread_getattr_np(3)
int pthread_getattr_np(pthread_t thread, pthread_attr_t* attributes);
/// pthread_setname_np(3)
int pthread_setname_np(pthread_t thread, const char* name);
/// pthread_getname_np(3)
int pthread_getname_np(pthread_t thread, char* name, std::size_t size);
/// pthread_key_create(3)
int pthread_key_create(pthread_key_t* key, void (*destroy)(void*));
/// pthread_key_delete(3)
int pthread_key_delete(pthread_key_t key);
/// pthread_getspecific(3)
void* pthread_getspecific(pthread_key_t key);
/// pthread_setspecific(3)
int pthread_setspecific(pthread_key_t key, const void* value);
/// pthread_mutexattr_setprotocol(3)
int pthread_mutexattr_setprotocol(pthread_mutexattr_t* attributes,
                                  int protocol);
/// pthread_mutex_init(3)
int pthread_mutex_init(pthread_mutex_t* mutex,
                       const pthread_mutexattr_t* attributes);
/// pthread_mutex_lock(3)
pthread_mutex_locking pthread_mutex_lock(pthread_mutex_t* mutex GREEN_KEPT);
/// pthread_mutex_timedlock(3)
pthread_mutex_locking pthread_mutex_timedlock(pthread_mutex_t* mutex GREEN_KEPT,
                                              const timespec* until GREEN_KEPT);
/// pthread_mutex_clocklock(3)
pthread_mutex_locking pthread_mutex_clocklock(pthread_mutex_t* mutex GREEN_KEPT,
                                              clockid_t clock,
                                              const timespec* until GREEN_KEPT);
/// pthread_mutex_trylock(3)
int pthread_mutex_trylock(pthread_mutex_t* mutex);
/// pthread_mutex_unlock(3). Wakes green threads that wait.
int pthread_mutex_unlock(pthread_mutex_t* mutex);
/// pthread_cond_wait(3). The mutex is locked again, whatever ended the wait.
task<int> pthread_cond_wait(pthread_cond_t* condition GREEN_KEPT,
                            pthread_mutex_t* mutex GREEN_KEPT);
/// pthread_cond_timedwait(3)
task<int> pthread_cond_timedwait(pthread_cond_t* condition GREEN_KEPT,
                                 pthread_mutex_t* mutex GREEN_KEPT,
                                 const timespec* until GREEN_KEPT);
/// pthread_cond_clockwait(3)
task<int> pthread_cond_clockwait(pthread_cond_t* condition GREEN_KEPT,
                                 pthread_mutex_t* mutex GREEN_KEPT,
                                 clockid_t clock,
                                 const timespec* until GREEN_KEPT);
/// pthread_cond_signal(3). From any thread.
int pthread_cond_signal(pthread_cond_t* condition);
/// pthread_cond_broadcast(3). From any thread.
int pthread_cond_broadcast(pthread_cond_t* condition);
/// pthread_rwlock_rdlock(3)
pthread_rwlock_locking pthread_rwlock_rdlock(pthread_rwlock_t* lock GREEN_KEPT);
/// pthread_rwlock_timedrdlock(3)
pthread_rwlock_locking pthread_rwlock_timedrdlock(
    pthread_rwlock_t* lock GREEN_KEPT, const timespec* until GREEN_KEPT);
/// pthread_rwlock_clockrdlock(3)
pthread_rwlock_locking pthread_rwlock_clockrdlock(
    pthread_rwlock_t* lock GREEN_KEPT, clockid_t clock,
    const timespec* until GREEN_KEPT);
/// pthread_rwlock_tryrdlock(3)
int pthread_rwlock_tryrdlock(pthread_rwlock_t* lock);
/// pthread_rwlock_wrlock(3)
pthread_rwlock_locking pthread_rwlock_wrlock(pthread_rwlock_t* lock GREEN_KEPT);
/// pthread_rwlock_timedwrlock(3)
pthread_rwlock_locking pthread_rwlock_timedwrlock(
    pthread_rwlock_t* lock GREEN_KEPT, const timespec* until GREEN_KEPT);
/// pthread_rwlock_clockwrlock(3)
pthread_rwlock_locking pthread_rwlock_clockwrlock(
    pthread_rwlock_t* lock GREEN_KEPT, clockid_t clock,
    const timespec* until GREEN_KEPT);
/// pthread_rwlock_trywrlock(3)
int pthread_rwlock_trywrlock(pthread_rwlock_t* lock);
/// pthread_rwlock_unlock(3). Wakes green threads that wait.
int pthread_rwlock_unlock(pthread_rwlock_t* lock);
/// pthread_barrier_init(3)
int pthread_barrier_init(pthread_barrier_t* barrier,
                         const pthread_barrierattr_t* attributes,
                         unsigned count);
/// pthread_barrier_destroy(3). EBUSY while somebody waits.
int pthread_barrier_destroy(pthread_barrier_t* barrier);
/// pthread_barrier_wait(3)
task<int> pthread_barrier_wait(pthread_barrier_t* barrier GREEN_KEPT);
/// pthread_once(3)
task<int> pthread_once(pthread_once_t* once GREEN_KEPT, task<> (*initialise)());
task<int> pthread_once(pthread_once_t* once GREEN_KEPT, void (*initialise)());
/// pthread_spin_lock(3)
task<int> pthread_spin_lock(pthread_spinlock_t* lock GREEN_KEPT);
/// pthread_spin_unlock(3)
int pthread_spin_unlock(pthread_spinlock_t* lock);

}  // namespace green
