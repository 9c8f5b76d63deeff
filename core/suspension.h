// SPDX-License-Identifier: MIT
#pragma once

#include <cassert>
#include <concepts>
#include <coroutine>
#include <string>
#include <type_traits>

#include "green/core/awaited.h"
#include "green/core/call_places.h"
#include "green/core/green_thread.h"
#include "green/core/needs_co_await.h"
#include "green/core/promise_base.h"
#include "green/core/unawaited.h"

namespace green::core {

/// The one primitive that suspends. Every kind of wait derives from it. The
/// derived class adds the start of the wait, its cancelling and its name.
/// Kills, timeouts and the dump of the waits are known here alone.
///
/// The outcome of a wait is decided once: on the green thread's own hub or, in
/// a wait queue, by the taker of the waiter. An interrupt that comes later
/// stays pending and is thrown at the next await.
class suspension : public awaited, public needs_co_await<suspension> {
 public:
  bool await_ready() const noexcept { return false; }

  template <std::derived_from<promise_base> Promise>
  bool await_suspend(std::coroutine_handle<Promise> awaiting,
                     site where = site::current()) {
    return suspend(awaiting.promise(), where);
  }

  /// Its holder decides whether to await it.
  void leave_unawaited() noexcept {
    if (thread_ == nullptr) outcome_ = outcome::done;
  }

 protected:
  enum class outcome : unsigned char {
    pending,
    leaving,  // a wait queue, and not out of it yet
    done,
    interrupted,
    timed_out
  };

  constexpr explicit suspension(interrupts mode = interrupts::thrown) noexcept
      : awaited(mode) {
    assert(std::is_constant_evaluated() || call_places::note(this));
  }
  /// Of an awaiter, which begins as soon as it is made.
  struct begins_now {};
  constexpr suspension(begins_now, interrupts mode) noexcept : awaited(mode) {}
  ~suspension() {
    assert(!unawaited() || may_drop("a wait", this));
    assert(call_places::forget(this));
  }

  /// Starts the wait. False when its result is there already.
  virtual bool start() = 0;

  /// Decides the outcome and makes the green thread ready. On its hub only.
  void end_wait(outcome how) noexcept {
    outcome_ = how;
    if (how == outcome::interrupted) claim();
    thread_->home().schedule(*thread_);
  }

  /// Throws the interrupt if one has ended the wait.
  void check_interrupt() {
    if (outcome_ == outcome::interrupted && mode() == interrupts::thrown)
        [[unlikely]] {
      thread_->raise_interrupt();
    }
  }

  /// An interrupt ends the wait. If it is to be thrown, it is taken now.
  void claim() noexcept {
    if (mode() == interrupts::thrown) thread_->claim_interrupt();
  }

  bool unawaited() const noexcept {
    return thread_ == nullptr && outcome_ == outcome::pending;
  }
  bool parked() const noexcept {
    return thread_ != nullptr && thread_->waiting() == this;
  }

  bool suspend(promise_base& promise, site where) {
    return suspend_by(promise, where, [this] { return start(); });
  }

  /// The same with another start.
  template <class Start>
  bool suspend_by(promise_base& promise, site where, Start start_now) {
    promise.where = where;
    thread_ = promise.thread;
    assert(thread_->home().on_own_thread());
    thread_->keep_errno();
    outcome_ = outcome::pending;
    if (thread_->interrupted() && mode() != interrupts::deferred) [[unlikely]] {
      outcome_ = outcome::interrupted;
      claim();
    } else if (start_now()) [[likely]] {
      park(promise);
      return true;
    }
    thread_->give_back_errno();
    return thread_->must_look() && thread_->gives_way(promise);
  }

  /// For a wait that is over: it goes on when the others that are ready have
  /// run.
  void let_others_run(promise_base& promise, site where) noexcept {
    promise.where = where;
    thread_->give_way(promise);
  }

  /// From now on it waits here.
  void park(promise_base& promise) noexcept {
    thread_->leaf_ = &promise;
    thread_->waiting_ = this;
  }

  outcome outcome_ = outcome::pending;
  // Of a queue_wait, which so becomes no larger: has it a place, and a timer?
  bool placed_ = false;
  bool timed_ = false;
  green_thread* thread_ = nullptr;
};

/// Aborts: a coroutine was destroyed while the kernel works for this wait of
/// the coroutine, and may still write into its buffers.
[[noreturn]] void destroyed_in_flight(const suspension& wait,
                                      const green_thread& thread) noexcept;

}  // namespace green::core
