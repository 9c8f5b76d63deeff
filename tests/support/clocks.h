// SPDX-License-Identifier: MIT
//
// A user's clocks, for tests on virtual time: they follow the hub's clock at
// another pace, or show what the test sets.
#pragma once

#include <chrono>
#include <cstdint>
#include <ratio>
#include <stdexcept>

#include "green/core/deadline.h"

namespace tests {

/// Advances by Pace for each second of the hub's, from an epoch far before.
template <class Pace, class Rep = std::int64_t, class Period = std::nano>
struct paced_clock {
  using duration = std::chrono::duration<Rep, Period>;
  using rep = Rep;
  using period = Period;
  using time_point = std::chrono::time_point<paced_clock>;
  static constexpr bool is_steady = true;

  static time_point now() {
    const std::chrono::nanoseconds hub(green::core::now());
    const std::chrono::nanoseconds here = hub * Pace::num / Pace::den;
    // Before its epoch for most of the time that a machine is up.
    return time_point(
        std::chrono::floor<duration>(here) -
        std::chrono::duration_cast<duration>(std::chrono::hours(1'000'000)));
  }
};

using slow_clock = paced_clock<std::ratio<1, 3>>;
using fast_clock = paced_clock<std::ratio<3>>;
using coarse_clock = paced_clock<std::ratio<1, 2>, std::int64_t, std::ratio<1>>;
using real_clock = paced_clock<std::ratio<2, 3>, double, std::ratio<1>>;

/// Shows what it is set to; throws while it is broken.
struct set_clock {
  using duration = std::chrono::milliseconds;
  using rep = duration::rep;
  using period = duration::period;
  using time_point = std::chrono::time_point<set_clock>;
  static constexpr bool is_steady = false;

  static time_point now() {
    if (broken) throw std::runtime_error("a broken clock");
    return shown;
  }

  static inline time_point shown{};
  static inline bool broken = false;
};

}  // namespace tests
