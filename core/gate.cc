// SPDX-License-Identifier: MIT
#include "green/core/gate.h"

namespace green::core {

// The queue is locked.
void gate::hand_over(std::ptrdiff_t permits) noexcept {
  list<waiter> served;
  for (; permits > 0; --permits) {
    waiter* const next = queue_.pop();
    if (next == nullptr) break;
    served.push_back(*next);
  }
  permits_ += permits;
  queue_.unlock();
  wait_queue::wake_all(served);
}

}  // namespace green::core
