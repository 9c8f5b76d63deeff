// SPDX-License-Identifier: MIT
#pragma once

namespace green::core {

/// What a hub runs in its turn: a green thread to go on with, a callback. It
/// stands in at most one ready queue or mailbox at a time.
struct runnable {
  explicit runnable(void (*run)(runnable&)) noexcept : run_(run) {}
  runnable(const runnable&) = delete;
  runnable& operator=(const runnable&) = delete;

  runnable* next_ = nullptr;
  void (*run_)(runnable&);
};

/// First in, first out; of one hub.
class run_queue {
 public:
  bool empty() const noexcept { return head_ == nullptr; }

  void push(runnable& item) noexcept {
    item.next_ = nullptr;
    if (head_ == nullptr) {
      head_ = &item;
    } else {
      tail_->next_ = &item;
    }
    tail_ = &item;
  }

  runnable& pop() noexcept {
    runnable& item = *head_;
    head_ = item.next_;
    return item;
  }

 private:
  runnable* head_ = nullptr;
  runnable* tail_ = nullptr;
};

}  // namespace green::core
