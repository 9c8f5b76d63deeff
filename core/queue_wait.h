// SPDX-License-Identifier: MIT
#pragma once

#include <cassert>
#include <coroutine>
#include <typeinfo>

#include "green/core/deadline.h"
#include "green/core/suspension.h"
#include "green/core/timer_heap.h"
#include "green/core/wait_queue.h"

namespace green::core {

/// Waits in a wait queue until another green thread, of any hub, or an OS
/// thread notifies it; or until a deadline, or an interrupt. Whoever takes the
/// waiter out of the queue first decides which.
class queue_wait : public suspension, public waiter {
 public:
  void cancel() noexcept final { give_up(outcome::interrupted); }
  void vanish() noexcept final;

 protected:
  explicit queue_wait(wait_queue& queue, deadline until = deadline::never(),
                      interrupts mode = interrupts::thrown) noexcept
      : suspension(mode),
        waiter(&queue_wait::notified),
        queue_(&queue),
        until_(until) {}
  ~queue_wait();

  /// Asked with the queue locked: is there nothing to wait for?
  virtual bool satisfied() = 0;
  /// Has just been queued; the queue is not locked.
  virtual void queued() {}
  /// Has left the queue without being notified, which is locked: whom does
  /// that set free?
  virtual void left(list<waiter>& freed) noexcept { (void)freed; }

  bool start() final;

  /// To be called first when the wait is over: true when it was notified or
  /// satisfied, false when the deadline passed. Throws the interrupt, or leaves
  /// it pending and gives false.
  bool finish_wait();

  /// Of a wait that is over at once: goes on when the others that are ready
  /// have run.
  void let_others_run(promise_base& promise, site where) noexcept;

  wait_queue& queue() const noexcept { return *queue_; }
  /// Time will end the wait, if nobody does.
  bool has_deadline() const noexcept { return until_.finite(); }

 private:
  struct alarm : timer {
    explicit alarm(queue_wait& w) noexcept : timer(&alarm::ring), owner(w) {}
    static void ring(timer& t);
    queue_wait& owner;
  };

  friend class wait_queue;

  static void notified(waiter& w);
  void give_up(outcome how) noexcept;

  wait_queue* queue_;
  deadline until_;
  alarm alarm_{*this};
};

/// A queue_wait with a fast path: `bool at_once(green_thread&)` of the derived
/// class, tried before anything is queued. One that always succeeds gives way
/// to others now and then: a green thread that never waits starves nobody.
template <class Derived>
class fast_queue_wait : public queue_wait {
 public:
  template <std::derived_from<promise_base> Promise>
  bool await_suspend(std::coroutine_handle<Promise> awaiting,
                     site where = site::current()) {
    promise_base& promise = awaiting.promise();
    if (!promise.thread->interrupted() &&
        static_cast<Derived*>(this)->at_once(*promise.thread)) {
      thread_ = promise.thread;
      outcome_ = outcome::done;
      const bool late = others_turn();
      if (late) let_others_run(promise, where);
      return late;
    }
    return suspend(promise, where);
  }

 protected:
  using queue_wait::queue_wait;
  ~fast_queue_wait() { assert(!unawaited() || may_drop(typeid(Derived))); }
};

}  // namespace green::core
