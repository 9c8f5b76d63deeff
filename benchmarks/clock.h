// SPDX-License-Identifier: MIT
#pragma once

#include <time.h>

#include <cstdint>

namespace benchmarks {

inline constexpr std::int64_t second = 1'000'000'000;

inline std::int64_t clock_ns(clockid_t clock) {
  timespec now = {};
  clock_gettime(clock, &now);
  return now.tv_sec * second + now.tv_nsec;
}

inline std::int64_t steady_now() { return clock_ns(CLOCK_MONOTONIC); }

inline std::int64_t nanoseconds(double seconds) {
  return static_cast<std::int64_t>(seconds * 1e9);
}

}  // namespace benchmarks
