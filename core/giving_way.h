// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "green/core/awaited.h"
#include "green/core/immortal.h"

namespace green::core {

/// The wait of those that give way. Nothing ends it early, because they stand
/// in the ready queue.
class others_run final : public awaited {
 public:
  constexpr others_run() noexcept : awaited(interrupts::deferred) {}

  void cancel() noexcept override {}
  void describe(std::string& out) const override { out += "yield"; }
};

/// One for all green threads, as it has no state.
inline constinit immortal<others_run> giving_way;

}  // namespace green::core
