// SPDX-License-Identifier: MIT
//
// Ticks at equal distances, however long the work between them takes.
//
//   green::interval ticks(100ms);
//   for (int i = 0; i < 3; ++i) {
//     std::uint64_t passed = co_await ticks.next();  // 1, unless it was late
//     std::printf("%d\n", static_cast<int>(passed));
//   }
//
// A kill or timeout is thrown in next, and takes no tick (docs/contract.md).
// Every other function may be called from any thread.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>

#include "green/core/deadline.h"
#include "green/task.h"

namespace green {

/// A series of points in time: a period after the construction, two periods
/// after it, and so on. Therefore nothing adds up, as it does in a loop of
/// sleeps. Go's Ticker and tokio's interval drop or repeat the ticks that came
/// while nobody waited; here they are counted and skipped.
class interval {
 public:
  /// The first tick is one period from now. Throws std::invalid_argument if the
  /// period is not positive.
  template <class Rep, class Period>
  explicit interval(const std::chrono::duration<Rep, Period>& period)
      : interval(core::deadline::nanoseconds(period)) {}
  interval(const interval&) = delete;
  interval& operator=(const interval&) = delete;

  /// Waits for the next tick, or not if one has passed already. Returns the
  /// number of ticks since the last next: 1, or more if that was long ago. Each
  /// tick is given to one caller.
  task<std::uint64_t> next();

  /// The next tick is one period from now.
  void reset() noexcept { last_.store(core::now()); }
  /// The time between two ticks.
  std::chrono::nanoseconds period() const noexcept {
    return std::chrono::nanoseconds(period_);
  }

 private:
  explicit interval(std::int64_t period);
  std::uint64_t take() noexcept;

  const std::int64_t period_;
  std::atomic<std::int64_t> last_;  // tick that was given
};

}  // namespace green
