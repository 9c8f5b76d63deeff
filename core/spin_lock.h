// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>

#include "green/core/one_thread.h"

namespace green::core {

/// A lock that is held for a few instructions, never across a wait. It meets
/// [thread.req.lockable].
class spin_lock {
 public:
  void lock() noexcept {
    while (!try_lock()) contended();
  }
  bool try_lock() noexcept {
    if (one_thread()) {
      if (locked_.load(std::memory_order_relaxed)) return false;
      locked_.store(true, std::memory_order_relaxed);
      return true;
    }
    return !locked_.exchange(true, std::memory_order_acquire);
  }
  void unlock() noexcept { locked_.store(false, std::memory_order_release); }

 private:
  void contended() noexcept;

  std::atomic<bool> locked_ = false;
};

}  // namespace green::core
