// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "green/core/deadline.h"

namespace green::core {

class green_thread;

/// One alarm of a timer heap. The heap points at it while it is armed.
struct timer {
  /// `scope`: of which green thread's scope it is a part, if of any; what a
  /// green thread waits by is not.
  explicit timer(void (*fire)(timer&),
                 const green_thread* scope = nullptr) noexcept
      : fire_(fire), scope_(scope) {}
  timer(const timer&) = delete;
  timer& operator=(const timer&) = delete;

  bool armed() const noexcept { return index_ != unarmed; }

  static constexpr std::size_t unarmed = static_cast<std::size_t>(-1);

  void (*fire_)(timer&);
  const green_thread* scope_;
  std::size_t index_ = unarmed;  // its place in the heap
};

/// All timers of a hub: a heap of four children a node, O(log n) to arm and to
/// cancel, nothing left behind by a cancelled one. Equal deadlines fire in the
/// order of their arming.
class timer_heap {
 public:
  ~timer_heap();

  bool empty() const noexcept { return slots_.empty(); }
  std::size_t size() const noexcept { return slots_.size(); }

  /// The nearest deadline; infinite when no timer is armed.
  std::int64_t next() const noexcept {
    return slots_.empty() ? deadline::infinite : slots_[0].when;
  }

  /// When an armed timer will fire.
  std::int64_t when(const timer& t) const noexcept {
    return slots_[t.index_].when;
  }

  void arm(timer& t, deadline when);
  void cancel(timer& t) noexcept;
  /// Forgets all timers but those of this green thread's scopes.
  void keep_only(const green_thread* scope) noexcept;

  /// Fires what is due at `now`, the earliest first. What a timer arms in its
  /// turn fires at the next call.
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

  void rise(std::size_t index, const slot& moving) noexcept;
  void sink(std::size_t index, const slot& moving) noexcept;
  void place(std::size_t index, const slot& moving) noexcept {
    slots_[index] = moving;
    moving.owner->index_ = index;
  }

  std::vector<slot> slots_;
  std::uint64_t armed_ever_ = 0;
};

}  // namespace green::core
