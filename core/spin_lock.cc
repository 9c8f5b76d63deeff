// SPDX-License-Identifier: MIT
#include "green/core/spin_lock.h"

#include "green/core/system.h"

namespace green::core {

void spin_lock::contended() noexcept {
  for (int i = 0; locked_.load(std::memory_order_relaxed); ++i) {
    if (i > 100) yield_processor();
  }
}

}  // namespace green::core
