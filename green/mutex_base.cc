// SPDX-License-Identifier: MIT
#include "green/mutex_base.h"

#include <cstdio>

#include "green/core/assert.h"
#include "green/core/wait_graph.h"

namespace green {

namespace {

// Green threads have their ids; an OS thread outside of any has the address of
// something of its own, which no id reaches.
std::uint64_t caller() noexcept {
  thread_local const char mine = 0;
  const core::scheduler* const hub = core::scheduler::here();
  if (hub != nullptr && hub->current() != nullptr) return hub->current()->id();
  return reinterpret_cast<std::uint64_t>(&mine);
}

}  // namespace

mutex_base::~mutex_base() {
  gate_.queue().unused("a mutex was destroyed with waiters");
}

bool mutex_base::enter_again(std::uint64_t who) noexcept {
  if (!recursive_ || owner_.load(std::memory_order_relaxed) != who) {
    return false;
  }
  ++depth_;
  return true;
}

bool mutex_base::try_lock() noexcept {
  const std::uint64_t who = caller();
  if (enter_again(who)) return true;
  if (!gate_.try_pass()) return false;
  own(who);
  return true;
}

void mutex_base::unlock() noexcept {
  if (recursive_) {
    GREEN_ASSERT(owner_.load(std::memory_order_relaxed) == caller(),
                 "a recursive mutex was unlocked by another than its owner");
    if (--depth_ != 0) return;
  }
  owner_.store(0, std::memory_order_relaxed);
  gate_.open();
}

bool lock_wait_base::at_once(core::green_thread& thread) noexcept {
  again_ = mutex_->enter_again(thread.id());
  if (again_) return true;
  if (!mutex_->gate_.try_pass()) return false;
  mutex_->own(thread.id());
  again_ = true;  // nothing is left to do
  return true;
}

bool lock_wait_base::finish_lock() {
  if (!finish_wait()) return false;
  if (!again_) mutex_->own(thread_->id());
  return true;
}

void lock_wait_base::queued() {
  core::report_cycle_in_debug_builds(*thread_, *this);
}

void lock_wait_base::describe(std::string& out) const {
  out += "mutex " + core::address_of(mutex_);
  core::describe_owner(out, *thread_,
                       mutex_->owner_.load(std::memory_order_relaxed));
}

std::uint64_t lock_wait_base::waits_for() const noexcept {
  if (has_deadline()) return 0;
  return mutex_->owner_.load(std::memory_order_relaxed);
}

}  // namespace green
