// SPDX-License-Identifier: MIT
#include "green/latch"

#include <fmt/format.h>

#include <iterator>

#include <mutex>

#include "green/core/assert.h"

namespace green {

void latch::count_down(std::ptrdiff_t update) noexcept {
  core::list<core::waiter> released;
  queue_.lock();
  GREEN_ASSERT(update >= 0 && update <= remaining_,
               "a latch was counted down below zero");
  remaining_ -= update;
  if (remaining_ == 0) queue_.take_all(released);
  queue_.unlock();
  core::wait_queue::wake_all(released);
}

bool latch::try_wait() const noexcept {
  const std::lock_guard guard(queue_);
  return remaining_ == 0;
}

bool latch_wait::at_once(core::green_thread&) noexcept {
  if (arriving_ != 0) latch_->count_down(arriving_);
  return latch_->try_wait();
}

void latch_wait::describe(std::string& out) const {
  fmt::format_to(std::back_inserter(out), "latch {}", fmt::ptr(latch_));
}

}  // namespace green
