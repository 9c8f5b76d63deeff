// SPDX-License-Identifier: MIT
#pragma once

#include <sched.h>

#include <atomic>

namespace green::core {

/// Held for a few instructions, never across a wait. Meets
/// [thread.req.lockable].
class spin_lock {
 public:
  void lock() noexcept {
    while (locked_.exchange(true, std::memory_order_acquire)) contended();
  }
  bool try_lock() noexcept {
    return !locked_.exchange(true, std::memory_order_acquire);
  }
  void unlock() noexcept { locked_.store(false, std::memory_order_release); }

 private:
  void contended() noexcept {
    for (int i = 0; locked_.load(std::memory_order_relaxed); ++i) {
      if (i > 100) ::sched_yield();  // the holder may have lost its processor
    }
  }

  std::atomic<bool> locked_ = false;
};

}  // namespace green::core
