// SPDX-License-Identifier: MIT
#include "green/core/timer_heap.h"

#include <algorithm>
#include <utility>

#include "green/core/assert.h"

namespace green::core {

namespace {
constexpr std::size_t children = 4;
}

timer_heap::~timer_heap() {
  for (const slot& s : slots_) s.owner->index_ = timer::unarmed;
  for (const young& y : young_) {
    if (y.owner != nullptr) y.owner->index_ = timer::unarmed;
  }
}

void timer_heap::arm_in(timer& t, std::int64_t length) {
  GREEN_ASSERT(!t.armed(), "a timer was armed twice");
  if (length == deadline::infinite) return;
  young_.push_back(young{length, &t});
  t.index_ = (young_.size() - 1) | young_bit;
}

// Should there be no memory, nothing has changed.
void timer_heap::grow_up(std::int64_t now) {
  slots_.reserve(slots_.size() + young_.size());
  for (const young& y : young_) {
    if (y.owner == nullptr) continue;
    y.owner->index_ = timer::unarmed;
    arm(*y.owner, deadline::at(deadline::after(now, y.length)));
  }
  young_.clear();
}

// A place that is not the last stays, so that the order stays.
void timer_heap::cancel_young(timer& t) noexcept {
  young_[t.index_ & ~young_bit].owner = nullptr;
  t.index_ = timer::unarmed;
  while (!young_.empty() && young_.back().owner == nullptr) young_.pop_back();
}

void timer_heap::arm(timer& t, deadline when) {
  t.until_ = when;
  arm(t);
}

void timer_heap::arm(timer& t) {
  GREEN_ASSERT(!t.armed(), "a timer was armed twice");
  if (!t.until_.finite()) return;
  const std::int64_t when = t.until_.ns();
  slots_.emplace_back();
  rise(slots_.size() - 1, slot{when, armed_ever_++, &t});
}

void timer_heap::cancel(timer& t) noexcept {
  if (!t.armed()) return;
  if ((t.index_ & young_bit) != 0) return cancel_young(t);
  const std::size_t hole = std::exchange(t.index_, timer::unarmed);
  const slot last = slots_.back();
  slots_.pop_back();
  if (hole == slots_.size()) return;
  if (hole > 0 && last.before(slots_[(hole - 1) / children])) {
    rise(hole, last);
  } else {
    sink(hole, last);
  }
}

void timer_heap::keep_only(const green_thread* scope) noexcept {
  std::size_t kept = 0;
  for (std::size_t i = 0; i < slots_.size(); ++i) {
    const slot s = slots_[i];
    s.owner->index_ = timer::unarmed;
    if (scope != nullptr && s.owner->scope_ == scope) rise(kept++, s);
  }
  slots_.resize(kept);
  for (young& y : young_) {
    if (y.owner == nullptr || y.owner->scope_ == scope) continue;
    y.owner->index_ = timer::unarmed;
    y.owner = nullptr;
  }
}

void timer_heap::expire(std::int64_t now) {
  const std::uint64_t before = armed_ever_;
  while (!slots_.empty() && slots_[0].when <= now && slots_[0].order < before) {
    timer& due = *slots_[0].owner;
    const std::int64_t when = slots_[0].when;
    cancel(due);
    if (due.until_.by_clock() && put_off(due, now)) [[unlikely]]
      continue;
    lateness_.add(when <= deadline::past ? 0 : now - when);
    due.fire_(due);
  }
}

// The pauses have a least length, because a clock may stand still just before
// the deadline. When the clock throws, the timer fires, and its waiter asks the
// clock once more.
bool timer_heap::put_off(timer& t, std::int64_t now) noexcept {
  constexpr std::int64_t least_pause = 50'000;
  try {
    if (t.until_.passed()) return false;
    const std::int64_t when =
        std::max(t.until_.ns(), deadline::after(now, least_pause));
    slots_.emplace_back();  // takes no memory, as a slot has just become free
    rise(slots_.size() - 1, slot{when, armed_ever_++, &t});
    return true;
  } catch (...) {
    return false;
  }
}

void timer_heap::rise(std::size_t index, const slot& moving) noexcept {
  while (index > 0) {
    const std::size_t parent = (index - 1) / children;
    if (!moving.before(slots_[parent])) break;
    place(index, slots_[parent]);
    index = parent;
  }
  place(index, moving);
}

void timer_heap::sink(std::size_t index, const slot& moving) noexcept {
  for (;;) {
    const std::size_t first = index * children + 1;
    if (first >= slots_.size()) break;
    const std::size_t end = std::min(first + children, slots_.size());
    std::size_t least = first;
    for (std::size_t i = first + 1; i < end; ++i) {
      if (slots_[i].before(slots_[least])) least = i;
    }
    if (!slots_[least].before(moving)) break;
    place(index, slots_[least]);
    index = least;
  }
  place(index, moving);
}

}  // namespace green::core
