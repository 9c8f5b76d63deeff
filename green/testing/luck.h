// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>

namespace green::testing {

/// Chances drawn from a seed (splitmix64): the same everywhere.
class luck {
 public:
  explicit luck(std::uint64_t seed) noexcept : state_(seed) {}

  std::uint64_t next() noexcept {
    std::uint64_t z = state_ += 0x9e3779b97f4a7c15;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
  }
  std::size_t below(std::size_t bound) noexcept { return next() % bound; }
  bool one_in(std::size_t n) noexcept { return below(n) == 0; }
  /// From 0 to 1, without 1.
  double share() noexcept {
    return static_cast<double>(next() >> 11) * 0x1p-53;
  }

 private:
  std::uint64_t state_;
};

}  // namespace green::testing
