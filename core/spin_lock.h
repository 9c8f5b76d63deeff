// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>

namespace green::core {

/// A lock that is held for a few instructions, never across a wait. It meets
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
  void contended() noexcept;

  std::atomic<bool> locked_ = false;
};

}  // namespace green::core
