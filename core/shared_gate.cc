// SPDX-License-Identifier: MIT
#include "green/core/shared_gate.h"

#include "green/core/assert.h"

namespace green::core {

// With the queue locked. Whoever waits already goes first.
bool shared_gate::may_enter(use kind) noexcept {
  if (!queue_.empty() || writer_) return false;
  if (kind == use::shared) {
    ++readers_;
    return true;
  }
  if (readers_ != 0) return false;
  writer_ = true;
  return true;
}

void shared_gate::leave(use kind) noexcept {
  list<waiter> admitted;
  queue_.lock();
  if (kind == use::exclusive) {
    GREEN_ASSERT(writer_, "a shared mutex was unlocked that was not locked");
    writer_ = false;
  } else {
    GREEN_ASSERT(readers_ != 0,
                 "a shared mutex was unlocked that was not locked shared");
    --readers_;
  }
  admit(admitted);
  queue_.unlock();
  wait_queue::wake_all(admitted);
}

// With the queue locked: lets in those at its front, as many as may.
void shared_gate::admit(list<waiter>& admitted) noexcept {
  while (!queue_.empty() && !writer_) {
    entrant& first = static_cast<entrant&>(queue_.front());
    if (first.kind_ == use::exclusive) {
      if (readers_ != 0) return;
      writer_ = true;
    } else {
      ++readers_;
    }
    admitted.push_back(*queue_.pop());
  }
}

}  // namespace green::core
