// SPDX-License-Identifier: MIT
#pragma once

#include <charconv>
#include <chrono>
#include <optional>
#include <string_view>
#include <system_error>
#include <utility>

namespace green {

/// The time of a text as in 250ms, with ns, us, ms or s, or of 0. Nothing for
/// any other text.
inline std::optional<std::chrono::nanoseconds> read_time(
    std::string_view text) {
  constexpr std::pair<std::string_view, long> units[] = {
      {"ns", 1}, {"us", 1'000}, {"ms", 1'000'000}, {"s", 1'000'000'000}};
  long number = 0;
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), number);
  constexpr long most = 1'000'000'000;
  if (error != std::errc() || number < 0 || number > most) return std::nullopt;
  const std::string_view unit(end, text.data() + text.size());
  if (unit.empty() && number == 0) return std::chrono::nanoseconds(0);
  for (const auto& [name, length] : units) {
    if (unit == name) return std::chrono::nanoseconds(number * length);
  }
  return std::nullopt;
}

}  // namespace green
