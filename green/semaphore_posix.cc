// SPDX-License-Identifier: MIT
#include <cerrno>
#include <chrono>
#include <cstdint>

#include "green/parking.h"
#include "green/poll_until.h"
#include "green/semaphore.h"

namespace green {

namespace {

std::uint64_t key_of(const sem_t* semaphore) {
  return reinterpret_cast<std::uint64_t>(semaphore);
}

task<int> wait_until(sem_t* semaphore, core::deadline until) {
  for (unsigned round = 0;; ++round) {
    if (::sem_trywait(semaphore) == 0) co_return 0;
    if (errno != EAGAIN) co_return -1;
    if (until.passed()) {
      errno = ETIMEDOUT;
      co_return -1;
    }
    co_await park(key_of(semaphore), "sem_wait", round, until);
  }
}

}  // namespace

int sem_post(sem_t* semaphore) {
  // The semaphore may be gone as soon as it is posted; its key is not.
  const std::uint64_t key = key_of(semaphore);
  const int result = ::sem_post(semaphore);
  unpark(key);
  return result;
}

task<int> sem_wait(sem_t* semaphore) {
  return wait_until(semaphore, core::deadline::never());
}

task<int> sem_timedwait(sem_t* semaphore, const timespec* until) {
  if (until->tv_nsec < 0 || until->tv_nsec >= 1'000'000'000) {
    errno = EINVAL;
    co_return -1;
  }
  co_return co_await wait_until(semaphore, deadline_at(*until));
}

}  // namespace green
