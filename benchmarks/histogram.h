// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>

namespace benchmarks {

/// Counts of durations in buckets whose width grows with the value: exact to
/// 128 ns, within 0.8 % above, of constant size and cost. [HdrHistogram]
class histogram {
 public:
  void record(std::int64_t ns) {
    const auto value =
        static_cast<std::uint64_t>(std::max<std::int64_t>(ns, 0));
    ++buckets_[index(value)];
    ++count_;
    max_ = std::max(max_, value);
  }

  std::uint64_t count() const { return count_; }
  std::uint64_t max() const { return max_; }

  /// The smallest bucket's middle that `fraction` of the values do not exceed.
  std::uint64_t percentile(double fraction) const {
    const auto wanted = static_cast<std::uint64_t>(
        std::ceil(fraction * static_cast<double>(count_)));
    std::uint64_t seen = 0;
    for (std::size_t i = 0; i < buckets_.size(); ++i) {
      seen += buckets_[i];
      if (seen >= wanted && seen > 0) return std::min(middle(i), max_);
    }
    return max_;
  }

 private:
  static constexpr int precision = 6;
  static constexpr std::size_t per_octave = std::size_t{1} << precision;

  // Octave 0 holds the values below per_octave, octave k those with k more
  // bits; the highest bit is implied, the next six choose the bucket.
  static std::size_t index(std::uint64_t value) {
    const int octave =
        std::max(0, static_cast<int>(std::bit_width(value)) - precision - 1);
    return static_cast<std::size_t>(octave) * per_octave +
           static_cast<std::size_t>(value >> octave);
  }

  static std::uint64_t middle(std::size_t i) {
    if (i < 2 * per_octave) return i;
    const std::size_t octave = i / per_octave - 1;
    const std::uint64_t low =
        static_cast<std::uint64_t>(i - octave * per_octave) << octave;
    return low + (std::uint64_t{1} << octave) / 2;
  }

  std::array<std::uint64_t, (64 - precision + 1) * per_octave> buckets_ = {};
  std::uint64_t count_ = 0;
  std::uint64_t max_ = 0;
};

}  // namespace benchmarks
