// SPDX-License-Identifier: MIT
#include "green/core/block_monitor.h"

#include "green/core/system.h"

namespace green::core {

void block_monitor::let_look() noexcept {
  while (looking_.load()) yield_processor();
}

}  // namespace green::core
