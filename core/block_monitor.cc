// SPDX-License-Identifier: MIT
#include "green/core/block_monitor.h"

#include <thread>

namespace green::core {

void block_monitor::let_look() noexcept {
  while (looking_.load()) std::this_thread::yield();
}

}  // namespace green::core
