// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

namespace green::core {

/// When the green thread that runs on a hub has looked at the clock.
struct run_clock {
  std::uint64_t run = 0;  // of the hub, at the last look
  std::int64_t looked_at = 0;
  std::int64_t began = 0;  // the first look of this run
};

}  // namespace green::core
