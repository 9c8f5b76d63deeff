// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

namespace green::core {

class scheduler;

/// The time that a green thread may run without parking: some 100 µs. Then the
/// others have their turn. Reading the clock costs more than many an await.
/// Therefore the awaits are counted, and the clock is read about every 20 µs.
/// Where time stands still, as in tests, awaits alone count.
class time_slice {
 public:
  /// Counts an await that may go on at once. True when this one is to look at
  /// the clock: then used_up or look_next must follow.
  bool count_await() noexcept { return --left_ == 0; }
  /// Has count_await said so, and neither has followed yet?
  bool is_to_look() const noexcept { return left_ == 0; }
  /// The next await is to look.
  void look_next() noexcept { left_ = 1; }
  /// Looks at the clock. Is the slice used up?
  bool used_up(scheduler& hub) noexcept;

 private:
  static constexpr std::uint16_t first_stride = 32;
  static constexpr std::uint16_t longest_stride = 512;

  void adapt(std::int64_t took) noexcept;

  std::uint16_t left_ = first_stride;    // awaits until the next look
  std::uint16_t stride_ = first_stride;  // awaits between two looks
};

}  // namespace green::core
