// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <exception>

#include "green/core/list.h"
#include "green/core/time_slice.h"
#include "green/core/turn_state.h"

namespace green::core {

/// Thrown at the await of a killed green thread. It is no std::exception, so
/// that no handler of errors swallows it.
struct killed {};

/// A reason to throw at the next await: a timeout, a deadlock. A kill needs no
/// object.
struct interrupt : list_hook {
  virtual std::exception_ptr exception() noexcept = 0;
  /// Its green thread has ended, and will not throw it.
  virtual void dropped() noexcept {}

  bool after_kill_ = false;  // it came while a kill was pending
  /// It passes so many shields of its green thread, the outermost ones. One
  /// that the green thread makes itself passes those in which it was made.
  unsigned passes = 0;

 protected:
  ~interrupt() = default;
};

/// The interrupts of one green thread, from their coming until they are thrown.
/// Only its hub's thread may call these functions.
class interrupt_target : public turn_state {
 public:
  /// Is there an interrupt for the next await to throw?
  bool interrupted() const noexcept { return alerted_ && any_passes(); }

  /// An interrupt stays pending until no shield is left that it does not pass.
  void add_shield() noexcept { ++shields_; }
  void remove_shield() noexcept {
    --shields_;
    if (any_pending()) look_next();
  }
  /// The number of shields now.
  unsigned shields() const noexcept { return shields_; }

  /// Takes the oldest interrupt. The wait that it ends has to raise it.
  void claim_interrupt() noexcept;
  [[noreturn]] void raise_interrupt();
  /// Takes the oldest interrupt and raises it.
  [[noreturn]] void throw_interrupt() {
    claim_interrupt();
    raise_interrupt();
  }
  /// Changes whenever an interrupt is thrown. Compare it before and after an
  /// await to tell a kill or timeout from an exception of the awaited
  /// operation.
  std::uint8_t interrupts_raised() const noexcept { return raised_; }

  /// The number of armed timeouts. Each of them ends any wait.
  void add_timeout() noexcept { ++timeouts_; }
  void remove_timeout() noexcept { --timeouts_; }
  bool has_timeout() const noexcept { return timeouts_ != 0; }

  /// Counts an await that may go on without parking. True when more matters
  /// than this await: an interrupt, or the turn of the others. The caller then
  /// has to call is_late, gives_way or look_next.
  bool must_look() noexcept { return slice_.count_await(); }
  /// Was must_look true of this await, and neither has followed yet?
  bool has_to_look() const noexcept { return slice_.is_to_look(); }
  /// The next await has to look.
  void look_next() noexcept { slice_.look_next(); }

 protected:
  using turn_state::turn_state;
  interrupt_target(const interrupt_target&) = delete;
  interrupt_target& operator=(const interrupt_target&) = delete;
  ~interrupt_target() = default;

  void add_interrupt(interrupt& reason) noexcept {
    reason.after_kill_ = kill_pending_;
    pending_.push_back(reason);
    alert();
  }
  /// Adds a kill. False when one is pending already.
  bool add_kill() noexcept {
    if (kill_pending_) return false;
    kill_pending_ = true;
    alert();
    return true;
  }
  void drop_interrupts() noexcept;

  /// A kill is about to be thrown, or to end an unstarted green thread.
  bool kill_claimed() const noexcept { return kill_claimed_; }
  void claim_kill() noexcept { kill_claimed_ = true; }
  /// Makes a kill pending that no shield holds up.
  void force_kill() noexcept {
    kill_forced_ = true;
    add_kill();
  }

 private:
  bool any_pending() const noexcept {
    return kill_pending_ || !pending_.empty();
  }
  bool kill_passes() const noexcept {
    return kill_pending_ && (shields_ == 0 || kill_forced_);
  }
  bool any_passes() const noexcept {
    return shields_ == 0 ? any_pending() : kill_passes() || oldest() != nullptr;
  }
  /// The oldest interrupt that passes all shields and is no kill; or null.
  interrupt* oldest() const noexcept;
  void alert() noexcept {
    alerted_ = true;
    look_next();
  }

  list<interrupt> pending_;  // the oldest first

 protected:
  // The one that the next await throws. After the end, the one that has left
  // the green thread.
  std::exception_ptr exception_;
  time_slice slice_;

 private:
  unsigned shields_ = 0;
  unsigned timeouts_ = 0;
  std::uint8_t raised_ = 0;
  bool kill_pending_ = false;
  bool kill_forced_ = false;
  bool kill_claimed_ = false;
};

}  // namespace green::core
