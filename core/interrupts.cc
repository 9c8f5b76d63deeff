// SPDX-License-Identifier: MIT
#include "green/core/interrupts.h"

#include <utility>

#include "green/core/assert.h"

namespace green::core {

interrupt* interrupt_target::oldest() const noexcept {
  interrupt* found = nullptr;
  pending_.for_each([&](interrupt& each) {
    if (found == nullptr && each.passes >= shields_) found = &each;
  });
  return found;
}

void interrupt_target::claim_interrupt() noexcept {
  interrupt* const first = oldest();
  kill_claimed_ = kill_passes() && (first == nullptr || first->after_kill_);
  GREEN_ASSERT(kill_claimed_ || first != nullptr,
               "a wait was interrupted for no reason");
  if (kill_claimed_) {
    kill_pending_ = false;
    pending_.for_each([](interrupt& later) { later.after_kill_ = false; });
  } else {
    first->unlink();
    exception_ = first->exception();
  }
  alerted_ = any_pending();
}

void interrupt_target::raise_interrupt() {
  ++raised_;
  if (std::exchange(kill_claimed_, false)) throw killed();
  std::rethrow_exception(std::exchange(exception_, nullptr));
}

void interrupt_target::drop_interrupts() noexcept {
  while (interrupt* reason = pending_.pop_front()) reason->dropped();
  kill_pending_ = alerted_ = false;
}

}  // namespace green::core
