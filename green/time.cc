// SPDX-License-Identifier: MIT
#include "green/time.h"

#include <algorithm>
#include <cerrno>
#include <cstdint>

#include "green/core/deadline.h"
#include "green/core/signal_scope.h"
#include "green/hub/user_memory.h"
#include "green/posix/helper_call.h"
#include "green/posix/sleep_by_signal.h"
#include "green/posix/timespecs.h"
#include "green/posix/wall_clock.h"

namespace green {

namespace {

// Does the clock advance as the hub's clock does, whatever processes do?
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

// Tells a sleeper how much time was left. False: the pointer is no memory.
bool tell(std::int64_t left, timespec* remaining) {
  if (remaining == nullptr) return true;
  const timespec length = core::timespec_of(left);
  return hub::write_user(remaining, &length, sizeof length);
}

// The time until then by a clock that others' work drives.
std::int64_t left_of(clockid_t clock, const timespec& end) {
  timespec now{};
  ::clock_gettime(clock, &now);
  return (core::duration_of(end) - core::duration_of(now)).count();
}

// A clock of processor time advances as others use the processor, and its
// limits depend on the machine. So the system's own call waits on a helper
// thread.
task<int> sleep_on_helper(clockid_t clock, int flags, timespec time,
                          timespec* remaining) {
  const bool relative = (flags & TIMER_ABSTIME) == 0;
  timespec began{};
  ::clock_gettime(clock, &began);
  const core::signal_scope scope(core::by_signal::always);
  const auto call = [clock, flags, time] {
    return ::clock_nanosleep(clock, flags, &time, nullptr);
  };
  const int error =
      co_await helper_call(hub::patient_helpers(), "clock_nanosleep", call);
  if (!scope.ended()) co_return error;
  const std::int64_t left = left_of(
      clock, core::timespec_of(
                 (core::duration_of(began) + core::duration_of(time)).count()));
  const bool told =
      !relative || tell(std::max<std::int64_t>(left, 0), remaining);
  co_return told ? EINTR : EFAULT;
}

}  // namespace

task<int> nanosleep(const timespec* length, timespec* remaining) {
  const int error = length == nullptr ? EFAULT : error_of_timeout(length);
  if (error != 0) {
    errno = error;
    co_return -1;
  }
  const std::int64_t left =
      co_await sleep_by_signal(core::duration_of(*length));
  if (left != 0 && !tell(left, remaining)) errno = EFAULT;
  co_return left == 0 ? 0 : -1;
}

task<int> clock_nanosleep(clockid_t clock, int flags, const timespec* time,
                          timespec* remaining) {
  if (time == nullptr || !hub::is_readable(time, sizeof *time)) {
    co_return ::clock_nanosleep(clock, flags, time, nullptr);
  }
  if (!goes_steadily(clock)) {
    co_return co_await sleep_on_helper(clock, flags, *time, remaining);
  }
  if (!valid_timeout(*time)) co_return EINVAL;
  if ((flags & TIMER_ABSTIME) == 0) {
    const std::int64_t left =
        co_await sleep_by_signal(core::duration_of(*time));
    if (left == 0) co_return 0;
    co_return tell(left, remaining) ? EINTR : EFAULT;
  }
  if (clock == CLOCK_REALTIME) {
    const core::signal_scope call(core::by_signal::always);
    co_await sleep_until_wall(core::duration_of(*time));
    co_return call.ended() ? EINTR : 0;
  }
  const std::int64_t left = co_await sleep_by_signal(deadline_at(time, clock));
  co_return left == 0 ? 0 : EINTR;
}

}  // namespace green
