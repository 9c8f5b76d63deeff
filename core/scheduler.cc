// SPDX-License-Identifier: MIT
#include "green/core/scheduler.h"

#include <mutex>

#include "green/core/deadline.h"
#include "green/core/system.h"

namespace green::core {

std::int64_t now() noexcept {
  const scheduler* hub = scheduler::here();
  return hub == nullptr ? steady_now() : hub->now();
}

bool time_is_virtual() noexcept {
  const scheduler* hub = scheduler::here();
  return hub != nullptr && hub->virtual_time();
}

scheduler::scheduler() : own_thread_(thread_id()), errno_(errno_here()) {}

void scheduler::wait_for_posters() const noexcept {
  while (posting_.load() != 0) yield_processor();
}

std::int64_t scheduler::now() const noexcept {
  return virtual_time_ ? virtual_now_ : steady_now();
}

void scheduler::use_virtual_time(bool on) noexcept {
  if (on && !virtual_time_) virtual_now_ = steady_now();
  virtual_time_ = on;
}

void scheduler::keep_current_only() noexcept {
  ready_.clear();
  due_.clear();
  inbox_.clear();
  timers_.keep_only(current_);
  asleep_.store(0);
  expected_.store(0);
  roused_.store(false);
  posting_.store(0);
  monitor_ = nullptr;
  ended_ = spawned() - (current_ == nullptr ? 0 : 1);
  if (current_ != main_) signal_scope_ = nullptr;
  signal_post_.under_way.store(false);
  kill_post_.last.store(nullptr);
  own_thread_ = thread_id();
}

scheduler_life& scheduler::life() {
  assert(on_own_thread());
  if (!life_) {
    life_ = counted_ptr<scheduler_life>::adopt(new scheduler_life(*this));
  }
  return *life_;
}

void scheduler::end_life() noexcept {
  if (!life_) return;
  const std::lock_guard guard(life_->lock);
  life_->of = nullptr;
}

// A thread that does not exist here may have had the lock.
void scheduler::disown() noexcept {
  asleep_.store(0);
  if (!life_) return;
  life_->lock.unlock();
  life_->of = nullptr;
}

void scheduler::rouse() noexcept {
  posting_.fetch_add(1);
  roused_.store(true);
  if (asleep_.exchange(0) != 0) wake();
  posting_.fetch_sub(1);
}

void scheduler::post(runnable& item) noexcept {
  if (here_ == this) {
    schedule(item);
    return;
  }
  post_in_handler(item);
}

void scheduler::post_in_handler(runnable& item) noexcept {
  posting_.fetch_add(1);
  inbox_.push(item);
  if (asleep_.exchange(0) != 0) wake();
  posting_.fetch_sub(1);
}

}  // namespace green::core
