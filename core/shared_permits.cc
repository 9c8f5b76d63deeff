// SPDX-License-Identifier: MIT
#include "green/core/shared_permits.h"

#include <cassert>
#include <string>

#include "green/core/assert.h"
#include "green/core/wait_graph.h"

namespace green::core {

// Called with the queue locked. Those that wait already go first.
bool shared_permits::try_take_locked(use kind) noexcept {
  if (!queue_.empty() || writer_) return false;
  if (kind == use::shared) {
    ++readers_;
    return true;
  }
  if (readers_ != 0) return false;
  writer_ = true;
  holder_.set_caller();
  return true;
}

void shared_permits::never_taken(const char* how) const {
  std::string words = "a shared mutex was unlocked that was not locked";
  words += how + (": by " + lock_holder::name_of_caller());
  if (holder_.id() != 0) {
    words += ", but it is held by ";
    holder_.describe(words, scheduler::here());
  } else if (readers_ != 0) {
    words += ", but it is locked shared";
  }
  contract_broken(words);
}

void shared_permits::give(use kind) noexcept {
  list<waiter> served;
  queue_.lock();
  if (kind == use::exclusive) {
    if (!writer_) [[unlikely]]
      never_taken("");
    assert(holder_.expect_caller("a shared mutex", this));
    writer_ = false;
    holder_.clear();
  } else {
    if (readers_ == 0) [[unlikely]]
      never_taken(" shared");
    --readers_;
  }
  hand_over(served);
  queue_.unlock();
  wait_queue::wake_all(served);
}

// Called with the queue locked. Serves as many as possible at its front.
void shared_permits::hand_over(list<waiter>& served) noexcept {
  while (!queue_.empty() && !writer_) {
    taker& first = queue_wait::of<taker>(queue_.front());
    if (first.kind_ == use::exclusive) {
      if (readers_ != 0) return;
      writer_ = true;
      holder_.set(*first.thread_);
    } else {
      ++readers_;
    }
    served.push_back(*queue_.pop());
  }
}

void shared_permits::taker::queued() {
  report_cycle_in_debug_builds(*thread_, *this);
}

std::uint64_t shared_permits::taker::waits_for() const noexcept {
  return has_deadline() ? 0 : permits_->holder_.id();
}

}  // namespace green::core
