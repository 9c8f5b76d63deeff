// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>

#include "green/core/counted.h"
#include "green/core/spin_lock.h"

namespace green::core {

class scheduler;

/// What outlives a scheduler for those who refer to it.
struct scheduler_life : counted {
  explicit scheduler_life(scheduler& hub) noexcept : of(&hub) {}

  void unref() noexcept {
    if (drop_ref()) delete this;
  }

  spin_lock lock;  // for `of`
  scheduler* of;   // null once it has ended
  std::atomic<unsigned> users = 0;
};

}  // namespace green::core
