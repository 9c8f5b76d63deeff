// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

namespace green::core {

/// The ids of the green threads of all hubs that have begun and not ended. In
/// builds with NDEBUG no id is known. Any thread may call these functions.
class living {
 public:
  static bool has(std::uint64_t id) noexcept;

  // These give true, for assert().

  static bool add(std::uint64_t id) noexcept;
  static bool remove(std::uint64_t id) noexcept;
  /// For a child of fork, where only this one exists. 0 when none does.
  static bool keep_only(std::uint64_t id) noexcept;
};

}  // namespace green::core
