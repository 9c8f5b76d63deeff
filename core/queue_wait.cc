// SPDX-License-Identifier: MIT
#include "green/core/queue_wait.h"

#include <atomic>

#include "green/core/assert.h"
#include "green/core/system.h"

namespace green::core {

queue_wait::~queue_wait() {
  GREEN_ASSERT(!linked(), "a coroutine was destroyed while it waits");
  // It is still armed when the coroutine was abandoned.
  if (alarm_.armed()) thread_->home().timers().cancel(alarm_);
}

bool queue_wait::start() {
  // The timer is armed first, because that may throw.
  if (has_deadline()) thread_->home().timers().arm(alarm_);
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

bool queue_wait::finish_wait() {
  if (alarm_.armed()) thread_->home().timers().cancel(alarm_);
  check_interrupt();
  if (outcome_ == outcome::timed_out) alarm_.until_.ask_clock();
  return outcome_ == outcome::done;
}

// Runs on the notifying thread. The green thread may run as soon as it is
// posted. The queue may be gone as soon as this has returned. Meanwhile the
// waiter may be giving up on its own hub's thread. Therefore this waits until
// that one is done with the queue.
void queue_wait::notified(waiter& w) {
  queue_wait& self = static_cast<queue_wait&>(w);
  scheduler& home = self.thread_->home();
  const std::atomic_ref decided(self.outcome_);
  if (scheduler::here() == &home) {
    decided.store(outcome::done, std::memory_order_relaxed);
  } else {
    outcome expected = outcome::pending;
    while (!decided.compare_exchange_weak(expected, outcome::done,
                                          std::memory_order_acq_rel)) {
      expected = outcome::pending;
      yield_processor();
    }
  }
  home.post(*self.thread_);
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
