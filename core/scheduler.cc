// SPDX-License-Identifier: MIT
#include "green/core/scheduler.h"

#include <sched.h>
#include <time.h>

#include "green/core/deadline.h"

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

void scheduler::post(runnable& item) noexcept {
  if (here_ == this) {
    schedule(item);
    return;
  }
  posting_.fetch_add(1);
  inbox_.push(item);
  if (asleep_.exchange(false)) wake();
  posting_.fetch_sub(1);
}

}  // namespace green::core
