// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <ctime>
#include <limits>
#include <ratio>
#include <type_traits>

namespace green::core {

/// Nanoseconds of the steady clock, or of the hub's virtual time.
std::int64_t now() noexcept;

/// A timespec(3), limited to 285 years, so that a sum of two fits.
inline std::chrono::nanoseconds duration_of(const std::timespec& t) noexcept {
  constexpr std::time_t longest = 9'000'000'000;
  return std::chrono::seconds(std::clamp<std::time_t>(t.tv_sec, 0, longest)) +
         std::chrono::nanoseconds(t.tv_nsec);
}

/// A number of nanoseconds, not negative, as a timespec(3).
constexpr std::timespec timespec_of(std::int64_t ns) noexcept {
  constexpr std::int64_t second = 1'000'000'000;
  return {.tv_sec = ns / second, .tv_nsec = ns % second};
}

/// Does now() give virtual time?
bool time_is_virtual() noexcept;

/// A point in time, made from any duration or time point, so that `_for` and
/// `_until` are one function. The point is rounded up, so that a wait never
/// ends early. A point too far for nanoseconds in 64 bits is never.
///
/// A point of another clock than steady_clock stays a point of that clock,
/// which may be set, or run at another pace. Therefore the timer heap asks the
/// clock again before a timer fires. Virtual time stands for the system's
/// clocks, too.
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
      : ns_(nanoseconds(time.time_since_epoch(), least)),
        clock_(&reading<Clock>) {
    if constexpr (of_the_system<Clock>) {
      if (time_is_virtual()) *this = until(time, Clock::now());
    }
  }
  template <class Duration>
  deadline(
      const std::chrono::time_point<std::chrono::steady_clock, Duration>& time)
      : deadline(until(time, std::chrono::steady_clock::now())) {}

  bool finite() const noexcept { return ns_ != infinite; }
  /// Is it a point of a clock that has to be asked? The functions that ask the
  /// clock throw the exceptions of the clock.
  bool by_clock() const noexcept { return clock_ != nullptr; }
  bool passed() const {
    return finite() && ns_ <= (by_clock() ? clock_() : now());
  }
  /// Asks the clock, only for the exception that the clock may throw.
  void ask_clock() const {
    if (by_clock()) [[unlikely]]
      clock_();
  }
  /// The point on the hub's clock. For another clock this is an estimate.
  std::int64_t ns() const { return by_clock() && finite() ? reckoned() : ns_; }

  /// A duration as nanoseconds, rounded up, limited to `lowest` below and to
  /// infinite above. The arithmetic is in floating point, where no period
  /// overflows.
  template <class Rep, class Period>
  static std::int64_t nanoseconds(
      const std::chrono::duration<Rep, Period>& timeout,
      std::int64_t lowest = 0) {
    using number =
        std::conditional_t<std::chrono::treat_as_floating_point_v<Rep>, Rep,
                           long double>;
    const number ns =
        std::ceil(std::chrono::duration<number, std::nano>(timeout).count());
    if (!(ns < static_cast<number>(infinite))) return infinite;
    return ns > static_cast<number>(lowest) ? static_cast<std::int64_t>(ns)
                                            : lowest;
  }

  static std::int64_t after(std::int64_t start, std::int64_t ns) noexcept {
    return ns > infinite - start ? infinite : start + ns;
  }

 private:
  static constexpr std::int64_t least = -infinite;
  /// Does the clock show the time of the system's own, but for its epoch?
  template <class Clock>
  static constexpr bool of_the_system =
      std::is_same_v<Clock, std::chrono::system_clock> ||
      std::is_same_v<Clock, std::chrono::file_clock>;

  constexpr explicit deadline(std::int64_t ns) noexcept : ns_(ns) {}

  // The clock's time now in nanoseconds, rounded down.
  template <class Clock>
  static std::int64_t reading() {
    using ns = std::chrono::duration<long double, std::nano>;
    const ns now(Clock::now().time_since_epoch());
    return nanoseconds(ns(std::floor(now.count())), least);
  }

  std::int64_t reckoned() const {
    const std::int64_t shown = clock_();
    return ns_ <= shown ? past : after(now(), difference(ns_, shown));
  }
  // a is later than b. The result is limited to infinite.
  static std::int64_t difference(std::int64_t a, std::int64_t b) noexcept {
    return b < 0 && a > infinite + b ? infinite : a - b;
  }

  template <class Point, class Now>
  static auto until(const Point& time, const Now& from) {
    using distance = std::chrono::duration<long double, std::nano>;
    return distance(time.time_since_epoch()) -
           distance(from.time_since_epoch());
  }

  std::int64_t ns_;
  std::int64_t (*clock_)() = nullptr;
};

}  // namespace green::core
