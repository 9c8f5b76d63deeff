// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <mutex>

#include "green/core/green_thread.h"
#include "green/core/spin_lock.h"

namespace green::core {

/// Which green thread a hub runs now, for another thread to look at.
class block_monitor {
 public:
  void enter(green_thread& thread) noexcept {
    const std::lock_guard guard(lock_);
    current_ = &thread;
    ++turns_;
  }
  void leave() noexcept {
    const std::lock_guard guard(lock_);
    current_ = nullptr;
  }

  /// Which resumption is going on, by number; 0 when none is.
  std::uint64_t running() noexcept {
    const std::lock_guard guard(lock_);
    return current_ == nullptr ? 0 : turns_;
  }

  /// Calls f with the green thread, which stays as it is meanwhile, if this
  /// resumption still goes on.
  template <class F>
  void look(std::uint64_t turn, F&& f) {
    const std::lock_guard guard(lock_);
    if (current_ != nullptr && turns_ == turn) f(*current_);
  }

  void lock() noexcept { lock_.lock(); }
  void unlock() noexcept { lock_.unlock(); }

 private:
  spin_lock lock_;
  green_thread* current_ = nullptr;
  std::uint64_t turns_ = 0;
};

}  // namespace green::core
