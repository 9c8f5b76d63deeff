// SPDX-License-Identifier: MIT
#pragma once

#include <cassert>
#include <coroutine>
#include <type_traits>
#include <typeinfo>

#include "green/core/deadline.h"
#include "green/core/suspension.h"
#include "green/core/timer_heap.h"
#include "green/core/wait_queue.h"

namespace green::core {

/// Waits in a wait queue until a notification by another green thread, of any
/// hub, or by an OS thread; or until a deadline, or an interrupt. The first
/// that takes the waiter out of the queue decides the outcome.
class queue_wait : public suspension, public waiter {
 public:
  void cancel() noexcept final { give_up(outcome::interrupted); }
  /// As if its deadline had passed.
  void end_by_signal() noexcept final { give_up(outcome::timed_out); }
  void vanish() noexcept final;

 protected:
  explicit queue_wait(wait_queue& queue, deadline until = deadline::never(),
                      interrupts mode = interrupts::thrown) noexcept
      : suspension(mode),
        waiter(&queue_wait::notified),
        queue_(&queue),
        alarm_(*this, until) {}
  ~queue_wait();

  /// Called with the queue locked. Takes the awaited thing, as a permit or an
  /// item, if it is there now. True when nothing is left to wait for.
  virtual bool try_now() = 0;
  /// Called after this waiter was queued, with the queue unlocked.
  virtual void queued() {}
  /// Called with the queue locked, after this waiter gave up. Adds to `freed`
  /// the waiters that may go on now; they are woken after the unlock.
  virtual void left(list<waiter>& freed) noexcept { (void)freed; }

  bool start() final;

  /// Has to be called first when the wait is over. False when the deadline
  /// passed. Throws the interrupt, or leaves it pending and gives false.
  bool finish_wait();

  wait_queue& queue() const noexcept { return *queue_; }
  /// Will time end the wait if nobody does?
  bool has_deadline() const noexcept { return alarm_.until_.finite(); }

 private:
  friend class wait_queue;

  static void notified(waiter& w);
  void give_up(outcome how) noexcept;
  void time_out() noexcept { give_up(outcome::timed_out); }

  wait_queue* queue_;
  member_timer<queue_wait, &queue_wait::time_out> alarm_;
};

/// A queue_wait with a fast path: `bool at_once(green_thread&)` of the derived
/// class does the same as try_now, before the wait is begun.
template <class Derived>
class fast_queue_wait : public queue_wait {
 public:
  template <std::derived_from<promise_base> Promise>
  bool await_suspend(std::coroutine_handle<Promise> awaiting,
                     site where = site::current()) {
    promise_base& promise = awaiting.promise();
    green_thread& thread = *promise.thread;
    const bool look = thread.must_look();
    if ((!look || !thread.interrupted()) &&
        static_cast<Derived*>(this)->at_once(thread)) {
      thread_ = &thread;
      outcome_ = outcome::done;
      if (!look) [[likely]]
        return false;
      promise.where = where;
      return thread.gives_way(promise);
    }
    if (look) thread.look_next();
    return suspend(promise, where);
  }

 protected:
  using queue_wait::queue_wait;
  ~fast_queue_wait() {
    assert(!unawaited() ||
           may_drop(typeid(Derived), static_cast<suspension*>(this)));
  }
};

/// A Base, derived from queue_wait, whose result is bool: did it end before its
/// deadline? R is void where there is no deadline.
template <class Base, class R>
class [[nodiscard("co_await it")]] timed final : public Base {
 public:
  using Base::Base;
  R await_resume() { return static_cast<R>(this->finish_wait()); }
  /// Another wait of when_any has won: the result goes back.
  void give_back([[maybe_unused]] const auto& in_time) noexcept
    requires requires(Base& base) { base.give_back(); }
  {
    if constexpr (!std::is_void_v<R>) {
      if (!in_time) return;
    }
    Base::give_back();
  }
};

}  // namespace green::core
