// SPDX-License-Identifier: MIT
#include "green/core/interrupts.h"

#include <utility>

#include "green/core/assert.h"

namespace green::core {

void interrupt_target::claim_interrupt() noexcept {
  interrupt* const reason = pending_.pop_front();
  GREEN_ASSERT(reason != nullptr, "a wait was interrupted for no reason");
  kill_claimed_ = reason == &kill_reason_;
  claimed_ = reason->exception();
}

void interrupt_target::raise_interrupt() {
  kill_claimed_ = false;
  ++raised_;
  std::rethrow_exception(std::exchange(claimed_, nullptr));
}

}  // namespace green::core
