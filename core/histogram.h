// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

namespace green::core {

/// Counts lengths of time in steps that grow with the length, four for each
/// power of two. So a quantile is right to a quarter.
class histogram {
 public:
  void add(std::int64_t ns) noexcept {
    const auto value =
        static_cast<std::uint64_t>(std::max<std::int64_t>(ns, 0));
    ++steps_[step_of(value)];
    most_ = std::max(most_, value);
  }

  std::uint64_t count() const noexcept {
    std::uint64_t all = 0;
    for (const std::uint64_t step : steps_) all += step;
    return all;
  }
  std::int64_t most() const noexcept {
    return static_cast<std::int64_t>(most_);
  }

  /// The length that this share of them does not exceed: the end of its step,
  /// or the longest of all. 0 when there is none.
  std::int64_t quantile(double share) const noexcept {
    const auto wanted = share * static_cast<double>(count());
    std::uint64_t seen = 0;
    for (std::size_t i = 0; i != steps_.size(); ++i) {
      seen += steps_[i];
      if (seen == 0 || static_cast<double>(seen) < wanted) continue;
      return static_cast<std::int64_t>(std::min(end_of(i), most_));
    }
    return most();
  }

 private:
  static constexpr std::size_t steps = 160;  // up to 18 minutes

  static std::size_t step_of(std::uint64_t value) noexcept {
    if (value < 4) return static_cast<std::size_t>(value);
    const auto power = static_cast<std::size_t>(std::bit_width(value)) - 3;
    const auto quarter = static_cast<std::size_t>((value >> power) & 3);
    return std::min(4 * (power + 1) + quarter, steps - 1);
  }
  /// The largest value of a step.
  static std::uint64_t end_of(std::size_t step) noexcept {
    if (step < 4) return step;
    const std::size_t power = step / 4 - 1;
    return ((std::uint64_t{5} + step % 4) << power) - 1;
  }

  std::array<std::uint64_t, steps> steps_{};
  std::uint64_t most_ = 0;
};

}  // namespace green::core
