// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

namespace green::core {

/// A piece of work that a hub runs in its turn: a green thread that goes on, or
/// a callback. It stands in at most one ready queue or mailbox at a time.
struct runnable {
  explicit runnable(void (*run)(runnable&)) noexcept : run_(run) {}
  runnable(const runnable&) = delete;
  runnable& operator=(const runnable&) = delete;

  runnable* next_ = nullptr;
  void (*run_)(runnable&);
};

/// The runnables of one hub, first in, first out.
class run_queue {
 public:
  run_queue() noexcept = default;
  run_queue(const run_queue&) = delete;
  run_queue& operator=(const run_queue&) = delete;

  bool empty() const noexcept { return head_ == nullptr; }

  void push(runnable& item) noexcept {
    item.next_ = nullptr;
    *last_ = &item;
    last_ = &item.next_;
    ++pushed_;
  }

  runnable& pop() noexcept {
    runnable& item = *head_;
    head_ = item.next_;
    if (head_ == nullptr) last_ = &head_;
    ++popped_;
    return item;
  }

  /// Forgets its contents.
  void clear() noexcept {
    head_ = nullptr;
    last_ = &head_;
    popped_ = pushed_;
  }

  /// The numbers of runnables that have ever been pushed, and popped.
  std::uint64_t pushed() const noexcept { return pushed_; }
  std::uint64_t popped() const noexcept { return popped_; }

 private:
  runnable* head_ = nullptr;
  runnable** last_ = &head_;  // where the next one is noted
  std::uint64_t pushed_ = 0;
  std::uint64_t popped_ = 0;
};

}  // namespace green::core
