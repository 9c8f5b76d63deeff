// SPDX-License-Identifier: MIT
#include "green/time.h"

#include <cerrno>
#include <chrono>

#include "green/core/sleep.h"
#include "green/helper_call.h"
#include "green/wall_clock.h"

namespace green {

namespace {

using std::chrono::nanoseconds;

bool valid(const timespec& t) {
  return t.tv_sec >= 0 && t.tv_nsec >= 0 && t.tv_nsec < 1'000'000'000;
}

// Limited to what fits into nanoseconds: 292 years.
nanoseconds to_duration(const timespec& t) {
  constexpr time_t longest = 9'000'000'000;
  const time_t seconds = t.tv_sec < longest ? t.tv_sec : longest;
  return std::chrono::seconds(seconds) + nanoseconds(t.tv_nsec);
}

// Does it go on as the hub's clock does, whatever processes do?
bool goes_steadily(clockid_t clock) {
  switch (clock) {
    case CLOCK_REALTIME:
    case CLOCK_MONOTONIC:
    case CLOCK_BOOTTIME:
    case CLOCK_TAI:
      return true;
    default:
      return false;
  }
}

// Processor time passes as others use it, and what a clock allows depends on
// the machine: the system's own call, on a thread.
task<int> sleep_on_helper(clockid_t clock, int flags, timespec time) {
  const auto call = [clock, flags, time] {
    return ::clock_nanosleep(clock, flags, &time, nullptr);
  };
  co_return co_await helper_call(hub::patient_helpers(), "clock_nanosleep",
                                 call);
}

}  // namespace

task<int> nanosleep(const timespec* length, timespec*) {
  if (length == nullptr) {
    errno = EFAULT;
    co_return -1;
  }
  if (!valid(*length)) {
    errno = EINVAL;
    co_return -1;
  }
  co_await core::sleep_wait(to_duration(*length));
  co_return 0;
}

task<int> clock_nanosleep(clockid_t clock, int flags, const timespec* time,
                          timespec*) {
  if (time == nullptr) {
    co_return ::clock_nanosleep(clock, flags, time, nullptr);
  }
  if (!goes_steadily(clock)) {
    co_return co_await sleep_on_helper(clock, flags, *time);
  }
  if (!valid(*time)) co_return EINVAL;
  if ((flags & TIMER_ABSTIME) == 0) {
    co_await core::sleep_wait(to_duration(*time));
    co_return 0;
  }
  if (clock == CLOCK_REALTIME) {
    co_await sleep_until_wall(to_duration(*time));
    co_return 0;
  }
  timespec now;
  ::clock_gettime(clock, &now);
  co_await core::sleep_wait(to_duration(*time) - to_duration(now));
  co_return 0;
}

}  // namespace green
