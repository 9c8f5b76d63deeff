// SPDX-License-Identifier: MIT
#include "green/core/permits.h"

namespace green::core {

// The queue is locked, and somebody waits.
void permits::hand_over(std::ptrdiff_t count) noexcept {
  if (count == 1) [[likely]] {
    waiter& next = *queue_.pop();
    queue_.unlock();
    return next.wake_(next);
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
