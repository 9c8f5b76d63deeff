// SPDX-License-Identifier: MIT
#pragma once

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <ranges>
#include <vector>

namespace green::testing {

/// The seeds of a simulation.
class seeds {
 public:
  /// 1 to `count`. Throws std::invalid_argument for none.
  template <std::integral Number>
  seeds(Number count) : seeds(1, check(count)) {}
  /// `first` and those behind it.
  template <std::integral First, std::integral Count>
  seeds(First first, Count count) {
    const std::uint64_t number = check(count);
    for (std::uint64_t i = 0; i < number; ++i) {
      all_.push_back(static_cast<std::uint64_t>(first) + i);
    }
  }
  /// These.
  seeds(std::initializer_list<std::uint64_t> all) : all_(all) {
    check(all_.size());
  }
  template <std::ranges::input_range Range>
    requires std::integral<std::ranges::range_value_t<Range>>
  seeds(const Range& all) {
    for (const auto seed : all) {
      all_.push_back(static_cast<std::uint64_t>(seed));
    }
    check(all_.size());
  }

  /// The environment's GREEN_SEED=N alone, or GREEN_SEEDS=N of them; else
  /// these. Throws std::invalid_argument for a value that is no number.
  std::vector<std::uint64_t> chosen() const;

 private:
  template <std::integral Number>
  static std::uint64_t check(Number count) {
    if (count <= 0) refuse();
    return static_cast<std::uint64_t>(count);
  }
  [[noreturn]] static void refuse();

  std::vector<std::uint64_t> all_;
};

}  // namespace green::testing
