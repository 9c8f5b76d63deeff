// SPDX-License-Identifier: MIT
#pragma once

#include "green/core/green_thread.h"

namespace green::core {

/// trio's CancelScope(shield=True). In this scope a kill stays pending, and so
/// does a timeout or stop that is older than the shield. Those that its green
/// thread makes within it are thrown.
class [[nodiscard("without a name, it ends at once")]] shield {
 public:
  /// Throws std::logic_error outside of a green thread.
  [[nodiscard("without a name, it ends at once")]]
  shield()
      : thread_(caller()) {
    thread_.add_shield();
  }
  shield(const shield&) = delete;
  shield& operator=(const shield&) = delete;
  ~shield() { thread_.remove_shield(); }

 private:
  static green_thread& caller();

  green_thread& thread_;
};

}  // namespace green::core
