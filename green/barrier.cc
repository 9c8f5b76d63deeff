// SPDX-License-Identifier: MIT
#include "green/barrier"

#include <fmt/format.h>

#include <iterator>

#include <mutex>

#include "green/core/assert.h"

namespace green {

// Returns the phase in which the caller arrived. The last to arrive completes
// the phase. Nobody else can arrive until then, so no lock is held meanwhile.
std::uint64_t barrier_base::count_down(std::ptrdiff_t update,
                                       std::ptrdiff_t drop) {
  queue_.lock();
  GREEN_ASSERT(update > 0 && update <= remaining_,
               "more arrived at a barrier than it expects");
  const std::uint64_t phase = phase_;
  expected_ -= drop;
  remaining_ -= update;
  const bool last = remaining_ == 0;
  queue_.unlock();
  if (!last) return phase;
  complete_(*this);
  core::list<core::waiter> released;
  queue_.lock();
  ++phase_;
  remaining_ = expected_;
  queue_.take_all(released);
  queue_.unlock();
  core::wait_queue::wake_all(released);
  return phase;
}

barrier_base::arrival_token barrier_base::arrive(std::ptrdiff_t update) {
  return arrival_token(count_down(update, 0));
}

void barrier_base::arrive_and_drop() { count_down(1, 1); }

bool barrier_wait::at_once(core::green_thread&) {
  if (phase_ == to_arrive) phase_ = barrier_->count_down(1, 0);
  const std::lock_guard guard(queue());
  return try_now();
}

void barrier_wait::describe(std::string& out) const {
  fmt::format_to(std::back_inserter(out), "barrier {}", fmt::ptr(barrier_));
}

}  // namespace green
