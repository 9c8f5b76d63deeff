// SPDX-License-Identifier: MIT
#include "green/core/queue_wait.h"

#include <atomic>

#include "green/core/assert.h"
#include "green/core/system.h"

namespace green::core {

void queue_wait::take_place() noexcept {
  set_unlinked();
  queued_ = of_choice_ = false;
  wake_ = &queue_wait::notified;
  placed_ = true;
}

void queue_wait::arm() {
  if (!timed_) {
    alarm_ = new alarm(*this, until_);
    timed_ = true;
  }
  thread_->home().timers().arm(*alarm_);
}

void queue_wait::leave_place() noexcept {
  GREEN_ASSERT(!linked(), "a coroutine was destroyed while it waits");
  if (!timed_) return;
  disarm();  // it is still armed when the coroutine was abandoned
  delete alarm_;
}

bool queue_wait::start() { return start_here(); }

bool queue_wait::suspend(promise_base& promise, site where) {
  return suspend_by(promise, where, [this] { return start_here(); });
}

inline bool queue_wait::start_here() {
  if (!placed_) take_place();
  // The timer is armed first, because that may throw.
  if (has_deadline()) arm();
  queue_->lock();
  const bool ready = try_now();
  if (!ready) queue_->push(*this);
  queue_->unlock();
  if (ready) {
    outcome_ = outcome::done;
    return false;
  }
  queued();
  return true;
}

bool queue_wait::fail() {
  check_interrupt();
  // A signal ends a wait without a deadline in the same way.
  if (outcome_ == outcome::timed_out && timed_) alarm_->until_.ask_clock();
  return false;
}

// Runs on the notifying thread. The green thread may run as soon as it is
// posted. The queue may be gone as soon as this has returned. Meanwhile the
// waiter may be giving up on its own hub's thread. Therefore this waits until
// that one is done with the queue.
void queue_wait::notified(waiter& w) {
  queue_wait& self = of<queue_wait>(w);
  scheduler& home = self.thread_->home();
  const std::atomic_ref decided(self.outcome_);
  if (scheduler::here() == &home) {
    decided.store(outcome::done, std::memory_order_relaxed);
    home.schedule(*self.thread_);
  } else {
    outcome expected = outcome::pending;
    while (!decided.compare_exchange_weak(expected, outcome::done,
                                          std::memory_order_acq_rel)) {
      expected = outcome::pending;
      yield_processor();
    }
    home.post(*self.thread_);
  }
}

void queue_wait::give_up(outcome how) noexcept {
  // Once notified, the queue may be gone before its waiters run.
  const std::atomic_ref decided(outcome_);
  outcome expected = outcome::pending;
  if (!decided.compare_exchange_strong(expected, outcome::leaving,
                                       std::memory_order_acq_rel)) {
    return;
  }
  list<waiter> freed;
  queue_->lock();
  const bool waiting = queue_->remove(*this);
  if (waiting) left(freed);
  queue_->unlock();
  if (!waiting) {
    // A notifier has taken it out and is about to call notified().
    decided.store(outcome::pending, std::memory_order_release);
    return;
  }
  end_wait(how);
  wait_queue::wake_all(freed);
}

bool queue_wait::take_out() noexcept {
  if (!placed_) return false;
  queue_->lock();
  const bool waiting = queue_->remove(*this);
  queue_->unlock();
  return waiting;
}

void queue_wait::vanish() noexcept {
  if (outcome_ != outcome::pending) return;
  // A lock that another OS thread held stays locked for ever.
  if (!queue_->try_lock()) return;
  list<waiter> freed;
  if (queue_->remove(*this)) left(freed);
  queue_->unlock();
  wait_queue::wake_all(freed);
}

}  // namespace green::core
