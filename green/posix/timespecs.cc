// SPDX-License-Identifier: MIT
#include "green/posix/timespecs.h"

#include <cerrno>
#include <chrono>

#include "green/hub/user_memory.h"

namespace green {

bool valid_time(const timespec& time) noexcept {
  return time.tv_nsec >= 0 && time.tv_nsec < 1'000'000'000;
}

bool valid_timeout(const timespec& timeout) noexcept {
  return timeout.tv_sec >= 0 && valid_time(timeout);
}

int error_of_timeout(const timespec* timeout) noexcept {
  if (timeout == nullptr) return 0;
  if (!hub::is_readable(timeout, sizeof *timeout)) return EFAULT;
  return valid_timeout(*timeout) ? 0 : EINVAL;
}

core::deadline deadline_of(const timespec* timeout) {
  if (timeout == nullptr) return core::deadline::never();
  return core::duration_of(*timeout);
}

core::deadline deadline_of(int timeout_ms) {
  if (timeout_ms < 0) return core::deadline::never();
  return std::chrono::milliseconds(timeout_ms);
}

core::deadline deadline_at(const timespec* time, clockid_t clock) {
  if (time == nullptr) return core::deadline::never();
  timespec now{};
  ::clock_gettime(clock, &now);
  return core::duration_of(*time) - core::duration_of(now);
}

}  // namespace green
