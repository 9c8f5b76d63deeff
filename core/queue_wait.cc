// SPDX-License-Identifier: MIT
#include "green/core/queue_wait.h"

#include <atomic>

#include "green/core/assert.h"

namespace green::core {

queue_wait::~queue_wait() {
  GREEN_ASSERT(!linked(), "a coroutine was destroyed while it waits");
  // Armed still when the coroutine was abandoned.
  if (alarm_.armed()) thread_->home().timers().cancel(alarm_);
}

bool queue_wait::start() {
  // Armed first: it may throw, and nothing is to be undone then.
  if (until_.finite()) thread_->home().timers().arm(alarm_, until_);
  queue_->lock();
  const bool ready = satisfied();
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
  return outcome_ == outcome::done;
}

void queue_wait::let_others_run(promise_base& promise, site where) noexcept {
  promise.where = where;
  thread_->home().schedule(*thread_);
  park(promise);
}

// On the notifying thread. The green thread may run as soon as it is posted.
void queue_wait::notified(waiter& w) {
  queue_wait& self = static_cast<queue_wait&>(w);
  std::atomic_ref(self.outcome_)
      .store(outcome::done, std::memory_order_relaxed);
  self.thread_->home().post(*self.thread_);
}

void queue_wait::give_up(outcome how) noexcept {
  // Once notified, the queue may be gone before its waiters run.
  const std::atomic_ref decided(outcome_);
  if (decided.load(std::memory_order_relaxed) != outcome::pending) return;
  list<waiter> freed;
  queue_->lock();
  const bool waiting = queue_->remove(*this);
  if (waiting) left(freed);
  queue_->unlock();
  if (!waiting) return;  // notified already: that stands
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

void queue_wait::alarm::ring(timer& t) {
  static_cast<alarm&>(t).owner.give_up(outcome::timed_out);
}

}  // namespace green::core
