// SPDX-License-Identifier: MIT
#include "green/threads.h"

#include <cstdint>

#include "green/core/sleep.h"
#include "green/pthread.h"
#include "green/pthreads/c11.h"
#include "green/pthreads/threads.h"
#include "green/time.h"

namespace green {

using pthreads::inside;
using pthreads::to_thrd;

task<int> thrd_create(thrd_t* thread, task<int> (*start)(void*),
                      void* argument) {
  co_return to_thrd(
      pthreads::create(thread, nullptr, {nullptr, start, argument}));
}

thrd_t thrd_current() { return green::pthread_self(); }

int thrd_detach(thrd_t thread) {
  return to_thrd(green::pthread_detach(thread));
}

void thrd_exit(int result) {
  green::pthread_exit(pthreads::to_pointer(result));
}

task<int> thrd_join(thrd_t thread, int* result) {
  void* given = nullptr;
  const int error = co_await green::pthread_join(thread, &given);
  if (error == 0 && result != nullptr) {
    *result = static_cast<int>(reinterpret_cast<std::intptr_t>(given));
  }
  co_return to_thrd(error);
}

task<int> thrd_sleep(const timespec* length, timespec* rest) {
  const int error =
      co_await green::clock_nanosleep(CLOCK_REALTIME, 0, length, rest);
  co_return pthreads::to_sleep(error);
}

task<> thrd_yield() { co_await core::yield_wait(); }

task<int> mtx_lock(mtx_t* mutex) {
  co_return to_thrd(co_await green::pthread_mutex_lock(inside(mutex)));
}

task<int> mtx_timedlock(mtx_t* mutex, const timespec* until) {
  co_return to_thrd(
      co_await green::pthread_mutex_timedlock(inside(mutex), until));
}

int mtx_trylock(mtx_t* mutex) {
  return to_thrd(green::pthread_mutex_trylock(inside(mutex)));
}

int mtx_unlock(mtx_t* mutex) {
  return to_thrd(green::pthread_mutex_unlock(inside(mutex)));
}

task<int> cnd_wait(cnd_t* condition, mtx_t* mutex) {
  co_return to_thrd(
      co_await green::pthread_cond_wait(inside(condition), inside(mutex)));
}

task<int> cnd_timedwait(cnd_t* condition, mtx_t* mutex, const timespec* until) {
  co_return to_thrd(co_await green::pthread_cond_timedwait(
      inside(condition), inside(mutex), until));
}

int cnd_signal(cnd_t* condition) {
  return to_thrd(green::pthread_cond_signal(inside(condition)));
}

int cnd_broadcast(cnd_t* condition) {
  return to_thrd(green::pthread_cond_broadcast(inside(condition)));
}

task<> call_once(::once_flag* flag, task<> (*f)()) {
  co_await green::pthread_once(inside(flag), f);
}

task<> call_once(::once_flag* flag, void (*f)()) {
  co_await green::pthread_once(inside(flag), f);
}

int tss_create(tss_t* key, tss_dtor_t destroy) {
  return to_thrd(green::pthread_key_create(key, destroy));
}

void tss_delete(tss_t key) { green::pthread_key_delete(key); }

void* tss_get(tss_t key) { return green::pthread_getspecific(key); }

int tss_set(tss_t key, void* value) {
  return to_thrd(green::pthread_setspecific(key, value));
}

}  // namespace green
