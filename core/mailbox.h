// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>

#include "green/core/runnable.h"

namespace green::core {

/// The runnables that other threads hand to a hub. Any thread pushes, and the
/// hub's own drains.
class mailbox {
 public:
  void push(runnable& item) noexcept {
    runnable* head = head_.load(std::memory_order_relaxed);
    do {
      item.next_ = head;
    } while (!head_.compare_exchange_weak(
        head, &item, std::memory_order_seq_cst, std::memory_order_relaxed));
  }

  bool empty() const noexcept {
    return head_.load(std::memory_order_seq_cst) == nullptr;
  }

  /// Forgets its contents.
  void clear() noexcept { head_.store(nullptr); }

  /// Moves everything to `queue`, in the order of pushing.
  void drain(run_queue& queue) noexcept {
    runnable* item = head_.exchange(nullptr, std::memory_order_acquire);
    runnable* first = nullptr;
    while (item != nullptr) {
      runnable* following = item->next_;
      item->next_ = first;
      first = item;
      item = following;
    }
    while (first != nullptr) {
      runnable* following = first->next_;
      queue.push(*first);
      first = following;
    }
  }

 private:
  std::atomic<runnable*> head_ = nullptr;
};

}  // namespace green::core
