// SPDX-License-Identifier: MIT
#include "green/core/permits.h"

namespace green::core {

// The queue is locked, and somebody waits. That may be a choice that is served
// elsewhere.
void permits::hand_over(std::ptrdiff_t count) noexcept {
  if (count == 1) [[likely]] {
    waiter* const next = queue_.pop();
    if (next == nullptr) [[unlikely]]
      ++count_;
    queue_.unlock();
    if (next != nullptr) next->wake_(*next);
    return;
  }
  list<waiter> served;
  for (; count > 0; --count) {
    waiter* const next = queue_.pop();
    if (next == nullptr) break;
    served.push_back(*next);
  }
  count_ += count;
  queue_.unlock();
  wait_queue::wake_all(served);
}

}  // namespace green::core
