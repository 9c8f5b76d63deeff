// SPDX-License-Identifier: MIT
#pragma once

#include <cassert>
#include <concepts>
#include <coroutine>
#include <type_traits>

#include "green/core/assert.h"
#include "green/core/deadline.h"
#include "green/core/frame_pool.h"
#include "green/core/suspension.h"
#include "green/core/timer_heap.h"
#include "green/core/type_id.h"
#include "green/core/wait_queue.h"

namespace green::core {

class choice_place;

/// Waits in a wait queue until a notification by another green thread, of any
/// hub, or by an OS thread; or until a deadline, or an interrupt. The first
/// that takes the waiter out of the queue decides the outcome.
class queue_wait : public suspension, protected waiter {
 public:
  template <std::derived_from<promise_base> Promise>
  bool await_suspend(std::coroutine_handle<Promise> awaiting,
                     site where = site::current()) {
    return suspend(awaiting.promise(), where);
  }

  /// The wait whose place in a queue this is.
  template <std::derived_from<queue_wait> Wait>
  static Wait& of(waiter& w) noexcept {
    return static_cast<Wait&>(static_cast<queue_wait&>(w));
  }
  /// The green thread that waits.
  green_thread& thread() const noexcept { return *thread_; }
  static bool is_place(const waiter& w) noexcept {
    return w.wake_ == &notified || w.of_choice_;
  }

  /// Does it bring something to its queue? Others take something.
  virtual bool brings() const noexcept { return false; }

  void cancel() noexcept final { give_up(outcome::interrupted); }
  /// As if its deadline had passed.
  void end_by_signal() noexcept final { give_up(outcome::timed_out); }
  void vanish() noexcept final;

 protected:
  explicit queue_wait(wait_queue& queue, deadline until = deadline::never(),
                      interrupts mode = interrupts::thrown) noexcept
      : suspension(mode), waiter(set_later()), queue_(&queue), until_(until) {}
  ~queue_wait() {
    if (placed_) [[unlikely]]
      leave_place();
  }

  /// Called with the queue locked. Takes the awaited thing, as a permit or an
  /// item, if it is there now. True when nothing is left to wait for.
  virtual bool try_now() = 0;
  /// Called after this waiter was queued, with the queue unlocked.
  virtual void queued() {}
  /// Called with the queue locked, after this waiter gave up. Adds to `freed`
  /// the waiters that may go on now; they are woken after the unlock.
  virtual void left(list<waiter>& freed) noexcept { (void)freed; }
  /// Called with the queue locked, before a place of a choice is queued.
  virtual void queueing_of_choice() noexcept {}

  bool start() final;
  bool suspend(promise_base& promise, site where);

  /// Has to be called first when the wait is over. False when the deadline
  /// passed. Throws the interrupt, or leaves it pending and gives false.
  bool finish_wait() {
    disarm();
    if (outcome_ == outcome::done) [[likely]]
      return true;
    return fail();
  }

  /// Takes this waiter out of its queue, as a notifier does. False when it is
  /// not there. Else `wake` has to follow. Both on its hub.
  bool take_out() noexcept;
  void wake() noexcept { notified(*this); }

  wait_queue& queue() const noexcept { return *queue_; }
  /// Will time end the wait if nobody does?
  bool has_deadline() const noexcept {
    return timed_ || (!of_choice_ && until_.finite());
  }

 private:
  friend class choice_place;
  friend class choice_wait;

  static void notified(waiter& w);
  bool start_here();
  void take_place() noexcept;
  void arm();
  void leave_place() noexcept;
  void disarm() noexcept {
    if (timed_ && alarm_->armed()) thread_->home().timers().cancel(*alarm_);
  }
  bool fail();
  void give_up(outcome how) noexcept;
  void time_out() noexcept { give_up(outcome::timed_out); }

  struct alarm final : public pooled,
                       public member_timer<queue_wait, &queue_wait::time_out> {
    using member_timer::member_timer;
  };

  wait_queue* queue_;
  // Most waits end before they have begun, and many have no deadline.
  // Therefore start() makes the place in the queue and the timer.
  union {
    deadline until_;
    alarm* alarm_;          // if timed_
    choice_place* choice_;  // if of_choice_
  };
};

/// A queue_wait with a fast path: `bool at_once(green_thread&)` of the derived
/// class does the same as try_now, before the wait is begun. The derived class
/// may also say by `bool others_first()` that all that is ready is to run
/// before this wait, which is over, goes on.
template <class Derived>
class fast_queue_wait : public queue_wait {
 public:
  bool await_ready() {
    green_thread& thread = *scheduler::here()->current();
    outcome_ = outcome::pending;
    if (thread.must_look() || !take(thread)) return false;
    return !self().others_first();
  }

  template <std::derived_from<promise_base> Promise>
  bool await_suspend(std::coroutine_handle<Promise> awaiting,
                     site where = site::current()) {
    promise_base& promise = awaiting.promise();
    if (outcome_ == outcome::pending && begin(promise, where)) return true;
    if (!self().others_first()) return false;
    let_others_run(promise, where);
    return true;
  }

 protected:
  using queue_wait::queue_wait;
  bool others_first() const noexcept { return false; }
  ~fast_queue_wait() {
    assert(!unawaited() ||
           may_drop(type_id::of<Derived>(), static_cast<suspension*>(this)));
  }

 private:
  Derived& self() noexcept { return static_cast<Derived&>(*this); }

  bool take(green_thread& thread) {
    if (!self().at_once(thread)) return false;
    thread_ = &thread;
    outcome_ = outcome::done;
    return true;
  }

  bool begin(promise_base& promise, site where) {
    green_thread& thread = *promise.thread;
    if (thread.has_to_look()) [[unlikely]] {
      if (!thread.interrupted() && take(thread)) {
        promise.where = where;
        return thread.gives_way(promise);
      }
      thread.look_next();
    }
    return suspend(promise, where);
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
