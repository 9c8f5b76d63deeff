// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cmath>
#include <cstdint>
#include <limits>
#include <ratio>
#include <type_traits>

namespace green::core {

/// Nanoseconds of the steady clock, or of the hub's virtual time.
std::int64_t now() noexcept;

/// A point in time, made from any duration or time point, so that `_for` and
/// `_until` are one function. Rounded up: a wait never ends early. What is too
/// far for nanoseconds in 64 bits is never.
class deadline {
 public:
  static constexpr std::int64_t infinite =
      std::numeric_limits<std::int64_t>::max();

  static constexpr std::int64_t past = 0;

  static constexpr deadline never() noexcept { return deadline(infinite); }
  static constexpr deadline at(std::int64_t ns) noexcept {
    return deadline(ns);
  }

  template <class Rep, class Period>
  deadline(const std::chrono::duration<Rep, Period>& timeout)
      : ns_(timeout <= timeout.zero() ? past
                                      : after(now(), nanoseconds(timeout))) {}

  template <class Clock, class Duration>
  deadline(const std::chrono::time_point<Clock, Duration>& time)
      : deadline(until(time, Clock::now())) {}

  bool finite() const noexcept { return ns_ != infinite; }
  bool passed() const noexcept { return finite() && ns_ <= now(); }
  std::int64_t ns() const noexcept { return ns_; }

  /// A duration as nanoseconds, rounded up and limited to what fits. Reckoned
  /// in floating point, where no period overflows on its way.
  template <class Rep, class Period>
  static std::int64_t nanoseconds(
      const std::chrono::duration<Rep, Period>& timeout) {
    using number =
        std::conditional_t<std::chrono::treat_as_floating_point_v<Rep>, Rep,
                           long double>;
    const number ns =
        std::ceil(std::chrono::duration<number, std::nano>(timeout).count());
    if (!(ns < static_cast<number>(infinite))) return infinite;
    return ns > 0 ? static_cast<std::int64_t>(ns) : 0;
  }

  static std::int64_t after(std::int64_t start, std::int64_t ns) noexcept {
    return ns > infinite - start ? infinite : start + ns;
  }

 private:
  constexpr explicit deadline(std::int64_t ns) noexcept : ns_(ns) {}

  template <class Point, class Now>
  static auto until(const Point& time, const Now& from) {
    using distance = std::chrono::duration<long double, std::nano>;
    return distance(time.time_since_epoch()) -
           distance(from.time_since_epoch());
  }

  std::int64_t ns_;
};

}  // namespace green::core
