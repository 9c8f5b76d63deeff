// SPDX-License-Identifier: MIT
#include <cerrno>
#include <chrono>
#include <cstdint>

#include "green/core/parking_lot.h"
#include "green/core/signal_scope.h"
#include "green/hub/call_on_helper.h"
#include "green/posix/kept_errno.h"
#include "green/posix/timespecs.h"
#include "green/semaphore.h"

namespace green {

namespace parking_lot = core::parking_lot;

namespace {

std::uint64_t key_of(const sem_t* semaphore) {
  return reinterpret_cast<std::uint64_t>(semaphore);
}

task<int> wait_until(sem_t* semaphore, core::deadline until) {
  const kept_errno at_start;
  const core::signal_scope call(core::by_signal::unless_restarted);
  for (unsigned round = 0;; ++round) {
    const unsigned seen = parking_lot::turn(key_of(semaphore));
    if (::sem_trywait(semaphore) == 0) co_return at_start(0);
    if (errno != EAGAIN) co_return -1;
    if (call.ended() || until.passed()) {
      errno = call.ended() ? EINTR : ETIMEDOUT;
      co_return -1;
    }
    co_await parking_lot::wait_a_while(key_of(semaphore), seen, "sem_wait",
                                       round, until);
  }
}

}  // namespace

int sem_post(sem_t* semaphore) {
  // Another thread may destroy the semaphore as soon as it is posted. The key
  // stays valid.
  const std::uint64_t key = key_of(semaphore);
  const int result = ::sem_post(semaphore);
  parking_lot::wake(key, true);
  return result;
}

task<int> sem_wait(sem_t* semaphore) {
  return wait_until(semaphore, core::deadline::never());
}

task<int> sem_timedwait(sem_t* semaphore, const timespec* until) {
  if (!valid_time(*until)) {
    errno = EINVAL;
    co_return -1;
  }
  co_return co_await wait_until(semaphore, deadline_at(until));
}

task<int> sem_clockwait(sem_t* semaphore, clockid_t clock,
                        const timespec* until) {
  const bool known = clock == CLOCK_REALTIME || clock == CLOCK_MONOTONIC;
  if (!known || !valid_time(*until)) {
    errno = EINVAL;
    co_return -1;
  }
  co_return co_await wait_until(semaphore, deadline_at(until, clock));
}

namespace {

int open_semaphore(const char* name, int flags, mode_t mode, unsigned value,
                   sem_t** opened) {
  *opened = ::sem_open(name, flags, mode, value);
  return *opened == SEM_FAILED ? -1 : 0;
}

}  // namespace

task<sem_t*> sem_open(const char* name, int flags, mode_t mode,
                      unsigned value) {
  sem_t* opened = SEM_FAILED;
  co_await hub::call_on_helper<&open_semaphore, "sem_open">(name, flags, mode,
                                                            value, &opened);
  co_return opened;
}

task<sem_t*> sem_open(const char* name, int flags) {
  return green::sem_open(name, flags, 0, 0);
}

hub::operation<int> sem_unlink(const char* name) {
  return hub::call_on_helper<&::sem_unlink, "sem_unlink">(name);
}

}  // namespace green
