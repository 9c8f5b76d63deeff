// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>

#include "green/core/queue_wait.h"

namespace green::core {

/// A number of permits, and the queue of those that wait for one. A permit that
/// comes while somebody waits is handed to the one that has waited longest, so
/// that nobody barges. Uncontended, taking and giving is one atomic operation
/// each.
class permits {
 public:
  constexpr explicit permits(std::ptrdiff_t count) noexcept : count_(count) {}

  /// Takes a permit if there is one.
  bool try_take() noexcept {
    queue_.lock();
    const bool taken = try_take_locked();
    queue_.unlock();
    return taken;
  }

  /// Gives permits. The taker of the last one may destroy this object.
  void give(std::ptrdiff_t count = 1) noexcept {
    queue_.lock();
    if (queue_.empty()) [[likely]] {
      count_ += count;
      queue_.unlock();
    } else {
      hand_over(count);
    }
  }

  /// Gives the only permit there is. Calls `given`, while the queue is locked,
  /// with the waiter that gets the permit; null when nobody waits.
  template <class F>
  void hand_on(F given) noexcept {
    queue_.lock();
    waiter* const next = queue_.pop();
    given(next);
    if (next == nullptr) count_ = 1;
    queue_.unlock();
    if (next != nullptr) next->wake_(*next);
  }

  /// Called with the queue locked.
  bool try_take_locked() noexcept {
    if (count_ == 0) return false;
    --count_;
    return true;
  }

  wait_queue& queue() noexcept { return queue_; }

 private:
  void hand_over(std::ptrdiff_t count) noexcept;

  wait_queue queue_;
  std::ptrdiff_t count_;
};

}  // namespace green::core
