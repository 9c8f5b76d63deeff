// SPDX-License-Identifier: MIT
#include "green/core/scheduler.h"

#include <sched.h>
#include <time.h>
#include <unistd.h>

#include <string>

#include "green/core/assert.h"
#include "green/core/deadline.h"
#include "green/core/green_thread.h"

namespace green::core {

std::int64_t steady_now() noexcept {
  timespec ts;
  ::clock_gettime(CLOCK_MONOTONIC, &ts);
  return static_cast<std::int64_t>(ts.tv_sec) * 1'000'000'000 + ts.tv_nsec;
}

std::int64_t now() noexcept {
  const scheduler* hub = scheduler::here();
  return hub == nullptr ? steady_now() : hub->now();
}

scheduler::scheduler() : own_thread_(::gettid()) {}

// Before and after it is the one that is here, it may be used all the same.
void scheduler::expect_own_thread() const noexcept {
  const int thread = ::gettid();
  if (thread == own_thread_) return;
  std::string who = "thread " + std::to_string(thread);
  if (here_ != nullptr && here_->current_ != nullptr) {
    who += ", in " + here_->current_->name();
  }
  contract_broken("a hub was used from a foreign thread: the hub of thread " +
                  std::to_string(own_thread_) + " by " + who);
}

void scheduler::wait_for_posters() const noexcept {
  while (posting_.load() != 0) ::sched_yield();
}

std::int64_t scheduler::now() const noexcept {
  return virtual_time_ ? virtual_now_ : steady_now();
}

void scheduler::use_virtual_time(bool on) noexcept {
  if (on && !virtual_time_) virtual_now_ = steady_now();
  virtual_time_ = on;
}

void scheduler::keep_current_only() noexcept {
  // They are never destroyed, as what they own is not.
  static list<green_thread> vanished;
  threads_.for_each([this](green_thread& t) {
    if (&t == current_) return;
    static_cast<list_hook&>(t).unlink();
    vanished.push_back(t);
  });
  vanished.for_each([](green_thread& t) { t.vanish(); });
  if (current_ != nullptr) current_->survive();
  ready_.clear();
  due_.clear();
  inbox_.clear();
  timers_.keep_only(current_);
  asleep_.store(0);
  expected_.store(0);
  posting_.store(0);
  monitor_ = nullptr;
  own_thread_ = ::gettid();
}

void scheduler::post(runnable& item) noexcept {
  if (here_ == this) {
    schedule(item);
    return;
  }
  posting_.fetch_add(1);
  inbox_.push(item);
  if (asleep_.exchange(0) != 0) wake();
  posting_.fetch_sub(1);
}

}  // namespace green::core
