// SPDX-License-Identifier: MIT
#include "green/core/interrupts.h"

#include <utility>

#include "green/core/assert.h"

namespace green::core {

// The oldest one is first.
void interrupt_target::claim_interrupt() noexcept {
  GREEN_ASSERT(any_pending(), "a wait was interrupted for no reason");
  kill_claimed_ =
      kill_pending_ && (pending_.empty() || pending_.front().after_kill_);
  if (kill_claimed_) {
    kill_pending_ = false;
    pending_.for_each([](interrupt& later) { later.after_kill_ = false; });
  } else {
    exception_ = pending_.pop_front()->exception();
  }
  alerted_ = any_pending();
}

void interrupt_target::raise_interrupt() {
  ++raised_;
  if (std::exchange(kill_claimed_, false)) throw killed();
  std::rethrow_exception(std::exchange(exception_, nullptr));
}

void interrupt_target::drop_interrupts() noexcept {
  while (pending_.pop_front() != nullptr) {
  }
  kill_pending_ = alerted_ = false;
}

}  // namespace green::core
