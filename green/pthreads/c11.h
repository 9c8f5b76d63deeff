// SPDX-License-Identifier: MIT
#pragma once

#include <pthread.h>
#include <threads.h>

#include <cerrno>

/// <threads.h> in words of <pthread.h>.
namespace green::pthreads {

// The C library's types of threads.h hold those of pthread.h.
static_assert(sizeof(mtx_t) == sizeof(pthread_mutex_t));
static_assert(sizeof(cnd_t) == sizeof(pthread_cond_t));
static_assert(sizeof(::once_flag) == sizeof(pthread_once_t));
static_assert(sizeof(thrd_t) == sizeof(pthread_t));
static_assert(sizeof(tss_t) == sizeof(pthread_key_t));

inline pthread_mutex_t* inside(mtx_t* mutex) noexcept {
  return reinterpret_cast<pthread_mutex_t*>(mutex);
}
inline pthread_cond_t* inside(cnd_t* condition) noexcept {
  return reinterpret_cast<pthread_cond_t*>(condition);
}
inline pthread_once_t* inside(::once_flag* flag) noexcept {
  return reinterpret_cast<pthread_once_t*>(flag);
}

/// The result that an error number stands for.
inline int to_thrd(int error) noexcept {
  switch (error) {
    case 0:
      return thrd_success;
    case ENOMEM:
    case EAGAIN:
      return thrd_nomem;
    case ETIMEDOUT:
      return thrd_timedout;
    case EBUSY:
      return thrd_busy;
    default:
      return thrd_error;
  }
}

/// The result of thrd_sleep that an error number of clock_nanosleep stands for.
inline int to_sleep(int error) noexcept {
  if (error == 0) return 0;
  return error == EINTR ? -1 : -2;
}

}  // namespace green::pthreads
