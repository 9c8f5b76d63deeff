// SPDX-License-Identifier: MIT
#include "green/locks/mutex_base.h"

#include <fmt/format.h>

#include <iterator>

#include <cassert>

#include "green/core/wait_graph.h"

namespace green {

mutex_base::~mutex_base() {
  permits_.queue().unused("a mutex was destroyed with waiters");
}

bool mutex_base::try_lock() noexcept {
  if (enter_again(core::lock_holder::caller())) return true;
  if (!permits_.try_take()) return false;
  holder_.set_caller();
  depth_ = 1;
  return true;
}

void mutex_base::unlock() noexcept {
  assert(holder_.expect_caller("a mutex", this));
  if (recursive_) {
    holder_.expect_caller("a recursive mutex", this);
    if (--depth_ != 0) return;
  }
  permits_.hand_on([this](core::waiter* next) {
    if (next == nullptr) {
      holder_.clear();
    } else {
      own(core::queue_wait::of<lock_wait_base>(*next).thread());
    }
  });
}

bool lock_wait_base::try_now() {
  if (!mutex_->permits_.try_take_locked()) return false;
  mutex_->own(*thread_);
  return true;
}

void lock_wait_base::queued() {
  core::report_cycle_in_debug_builds(*thread_, *this);
}

void lock_wait_base::describe(std::string& out) const {
  fmt::format_to(std::back_inserter(out), "mutex {}", fmt::ptr(mutex_));
  core::describe_holder(out, *thread_, mutex_->holder_);
}

std::uint64_t lock_wait_base::waits_for() const noexcept {
  if (has_deadline()) return 0;
  return mutex_->holder_.id();
}

}  // namespace green
