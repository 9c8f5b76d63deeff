// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "green/core/deadline.h"
#include "green/core/histogram.h"

namespace green::core {

class green_thread;

/// One alarm of a timer heap. The heap points at it while it is armed.
struct timer {
  /// `scope` is the green thread in whose scope the timer lives, as a timeout
  /// does. The timer of a wait has none.
  /// `until` may also be given when it is armed.
  explicit timer(void (*fire)(timer&), const green_thread* scope = nullptr,
                 deadline until = deadline::never()) noexcept
      : fire_(fire), scope_(scope), until_(until) {}
  timer(const timer&) = delete;
  timer& operator=(const timer&) = delete;

  bool armed() const noexcept { return index_ != unarmed; }

  static constexpr std::size_t unarmed = static_cast<std::size_t>(-1);

  void (*fire_)(timer&);
  const green_thread* scope_;
  deadline until_;
  std::size_t index_ = unarmed;  // the place in the heap
};

/// A timer that calls a member function of its owner.
template <class Owner, auto Fire>
struct member_timer : timer {
  explicit member_timer(Owner& o, deadline until = deadline::never()) noexcept
      : timer(&member_timer::fire, nullptr, until), owner(o) {}
  static void fire(timer& t) { (static_cast<member_timer&>(t).owner.*Fire)(); }
  Owner& owner;
};

/// All timers of a hub, in a heap of four children a node. Arming and
/// cancelling is O(log n), and a cancelled timer leaves nothing behind. Equal
/// deadlines fire in the order of their arming.
class timer_heap {
 public:
  ~timer_heap();

  bool empty() const noexcept { return slots_.empty() && young_.empty(); }
  std::size_t size() const noexcept { return slots_.size() + young_.size(); }

  /// The nearest deadline; infinite when no timer is armed.
  std::int64_t next() const noexcept {
    if (!young_.empty()) return deadline::past;  // not known before settle
    return slots_.empty() ? deadline::infinite : slots_[0].when;
  }

  /// How late the timers were that have fired.
  const histogram& lateness() const noexcept { return lateness_; }
  /// Calls f(timer, when) with each armed timer of which the time is known.
  template <class F>
  void for_each(F&& f) const {
    for (const slot& s : slots_) f(*s.owner, s.when);
  }

  /// When an armed timer will fire.
  std::int64_t when(const timer& t) const noexcept {
    return slots_[t.index_].when;
  }

  /// Arms it for so many nanoseconds from now on. The clock is read at the end
  /// of the turn, and not at all if the timer is cancelled before.
  void arm_in(timer& t, std::int64_t length);
  /// Called with the time, before timers expire.
  void settle(std::int64_t now) {
    if (!young_.empty()) [[unlikely]]
      grow_up(now);
  }
  void arm(timer& t, deadline when);
  /// Arms it for its own deadline, unless that is never.
  void arm(timer& t);
  void cancel(timer& t) noexcept;
  /// Forgets all timers but those of this green thread's scopes.
  void keep_only(const green_thread* scope) noexcept;

  /// Fires the timers that are due at `now`, the earliest first. A timer that
  /// is armed meanwhile fires at the next call. A timer whose own clock has not
  /// reached its deadline is armed again.
  void expire(std::int64_t now);

 private:
  struct slot {
    std::int64_t when;
    std::uint64_t order;  // of arming
    timer* owner;
    bool before(const slot& other) const noexcept {
      return when != other.when ? when < other.when : order < other.order;
    }
  };

  // A timer whose length is known. Its index_ is its place here and the bit.
  struct young {
    std::int64_t length;
    timer* owner;  // null once cancelled
  };
  static constexpr std::size_t young_bit = (timer::unarmed >> 1) + 1;

  void grow_up(std::int64_t now);
  void cancel_young(timer& t) noexcept;
  bool put_off(timer& t, std::int64_t now) noexcept;
  void rise(std::size_t index, const slot& moving) noexcept;
  void sink(std::size_t index, const slot& moving) noexcept;
  void place(std::size_t index, const slot& moving) noexcept {
    slots_[index] = moving;
    moving.owner->index_ = index;
  }

  std::vector<slot> slots_;
  std::vector<young> young_;
  std::uint64_t armed_ever_ = 0;
  histogram lateness_;
};

}  // namespace green::core
