// SPDX-License-Identifier: MIT
#pragma once

#include <cassert>
#include <concepts>
#include <coroutine>
#include <string>

#include "green/core/green_thread.h"
#include "green/core/unawaited.h"

namespace green::core {

/// The one primitive that suspends. Everything a green thread can wait for
/// derives from it and says only how the wait starts, how it is cancelled and
/// what it is called; kills, timeouts and the dump of who waits for what are
/// known here alone.
///
/// A wait has one outcome, decided once on the green thread's own hub or, in a
/// wait queue, by who takes the waiter out. An interrupt that comes later stays
/// pending and is thrown at the next await.
class suspension {
 public:
  suspension(const suspension&) = delete;
  suspension& operator=(const suspension&) = delete;

  bool await_ready() const noexcept { return false; }

  template <std::derived_from<promise_base> Promise>
  bool await_suspend(std::coroutine_handle<Promise> awaiting,
                     site where = site::current()) {
    return suspend(awaiting.promise(), where);
  }

  /// It need not be awaited: who got it decides.
  void leave_unawaited() noexcept {
    if (thread_ == nullptr) outcome_ = outcome::done;
  }

  /// An interrupt has come: end the wait early if it can still be ended.
  virtual void cancel() noexcept = 0;
  /// Appends what is waited for, as in "recv(fd 7)".
  virtual void describe(std::string& out) const = 0;
  /// The id of the green thread without which the wait can't end, as the owner
  /// of a lock; 0 when it is nobody in particular, or time ends it too.
  virtual std::uint64_t waits_for() const noexcept { return 0; }
  /// Who waits is not in this child of fork: nobody is to hand it anything.
  virtual void vanish() noexcept {}

 protected:
  /// What an interrupt does to a wait: it ends it and is thrown; it stays
  /// pending, and the wait goes on; it ends it and stays pending.
  enum class interrupts : unsigned char { thrown, deferred, kept };
  enum class outcome : unsigned char { pending, done, interrupted, timed_out };

  explicit suspension(interrupts mode = interrupts::thrown) noexcept
      : mode_(mode) {}
  ~suspension() { assert(!unawaited() || may_drop("a wait")); }

  /// Starts the wait; false when its result is there already.
  virtual bool start() = 0;

  /// Decides the outcome and makes the green thread ready. On its hub only.
  void end_wait(outcome how) noexcept {
    outcome_ = how;
    if (how == outcome::interrupted) claim();
    thread_->home().schedule(*thread_);
  }

  /// Throws the interrupt if that is how the wait ended.
  void check_interrupt() {
    if (outcome_ == outcome::interrupted && mode_ == interrupts::thrown)
        [[unlikely]] {
      thread_->raise_interrupt();
    }
  }

  /// An interrupt ends the wait: if it is to be thrown, it is taken now.
  void claim() noexcept {
    if (mode_ == interrupts::thrown) thread_->claim_interrupt();
  }

  bool unawaited() const noexcept {
    return thread_ == nullptr && outcome_ == outcome::pending;
  }
  bool parked() const noexcept {
    return thread_ != nullptr && thread_->waiting() == this;
  }

  bool suspend(promise_base& promise, site where) {
    promise.where = where;
    thread_ = promise.thread;
    assert(thread_->home().on_own_thread());
    outcome_ = outcome::pending;
    if (thread_->interrupted() && mode_ != interrupts::deferred) [[unlikely]] {
      outcome_ = outcome::interrupted;
      claim();
      return false;
    }
    if (!start()) return false;
    park(promise);
    return true;
  }

  /// From now on it waits here.
  void park(promise_base& promise) noexcept {
    thread_->leaf_ = &promise;
    thread_->waiting_ = this;
    thread_->at_once_ = 0;
  }

  /// Have so many waits in a row been over at once that it is others' turn?
  bool others_turn() noexcept { return ++thread_->at_once_ == most_at_once; }

  green_thread* thread_ = nullptr;
  outcome outcome_ = outcome::pending;

 private:
  friend class green_thread;

  static constexpr unsigned most_at_once = 1024;

  const interrupts mode_;
};

/// Aborts: a coroutine was destroyed while the kernel works for this wait of
/// it, and may still write into its buffers.
[[noreturn]] void destroyed_in_flight(const suspension& wait,
                                      const green_thread& thread) noexcept;

}  // namespace green::core
