// SPDX-License-Identifier: MIT
#pragma once

#include <pthread.h>

#include "green/posix/call_in_steps.h"
#include "green/pthreads/time_limit.h"

namespace green::pthreads {

/// pthread_mutex_clocklock(3)
class mutex_request final : public request_in_steps {
 public:
  mutex_request(pthread_mutex_t* mutex, const time_limit& limit) noexcept
      : mutex_(mutex), limit_(limit) {}
  bool at_once();
  task<> in_steps() override;

 private:
  pthread_mutex_t* mutex_;
  time_limit limit_;
};

/// pthread_rwlock_clockrdlock(3) and pthread_rwlock_clockwrlock(3)
class rwlock_request final : public request_in_steps {
 public:
  rwlock_request(pthread_rwlock_t* lock, bool writes,
                 const time_limit& limit) noexcept
      : lock_(lock), writes_(writes), limit_(limit) {}
  bool at_once();
  task<> in_steps() override;

 private:
  pthread_rwlock_t* lock_;
  bool writes_;
  time_limit limit_;
};

}  // namespace green::pthreads

namespace green {

using pthread_mutex_locking = call_in_steps<int, pthreads::mutex_request>;
using pthread_rwlock_locking = call_in_steps<int, pthreads::rwlock_request>;

}  // namespace green
