// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>

#include "green/core/queue_wait.h"

namespace green::core {

/// A number of permits, and who waits for one. A permit that comes while
/// somebody waits is handed to who has waited longest, so that nobody barges.
/// Uncontended, taking and giving is one atomic operation each.
class gate {
 public:
  constexpr explicit gate(std::ptrdiff_t permits) noexcept
      : permits_(permits) {}

  /// Takes a permit if there is one.
  bool try_pass() noexcept {
    queue_.lock();
    const bool passed = take();
    queue_.unlock();
    return passed;
  }

  /// Gives permits. The gate may be destroyed by who gets the last one.
  void open(std::ptrdiff_t permits = 1) noexcept {
    queue_.lock();
    if (queue_.empty()) [[likely]] {
      permits_ += permits;
      queue_.unlock();
    } else {
      hand_over(permits);
    }
  }

  /// With the queue locked.
  bool take() noexcept {
    if (permits_ == 0) return false;
    --permits_;
    return true;
  }

  wait_queue& queue() noexcept { return queue_; }

 private:
  void hand_over(std::ptrdiff_t permits) noexcept;

  wait_queue queue_;
  std::ptrdiff_t permits_;
};

}  // namespace green::core
