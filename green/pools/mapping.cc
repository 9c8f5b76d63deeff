// SPDX-License-Identifier: MIT
#include "green/pools/mapping.h"
#include "green/core/shield.h"

#include <fmt/format.h>

#include <iterator>

#include <string>

#include "green/greenlets/joining.h"

namespace green {

void mapped_item::left(core::green_thread& thread, bool had_place) noexcept {
  const std::shared_ptr<mapping> owner = std::move(owner_);
  owner->item_left(*this, thread, had_place);
}

task<> mapping::run(core::site from) {
  std::exception_ptr thrown;
  try {
    co_await feed(from, false);
    co_await change_wait(*this, change::settled);
  } catch (...) {
    thrown = std::current_exception();
  }
  if (thrown != nullptr) stop();
  {
    const core::shield undisturbed;
    co_await change_wait(*this, change::finished);
  }
  if (error_ != nullptr) std::rethrow_exception(error_);
  if (failed_) throw_end_of(*failed_);
  if (thrown != nullptr) std::rethrow_exception(thrown);
}

task<> mapping::feed(core::site from, bool may_lend) {
  for (;;) {
    co_await change_wait(*this, change::room);
    if (stopped_ || exhausted()) co_return;
    place_wait& wait =
        place_.emplace(group_, core::deadline::never(), may_lend);
    const admission got = co_await wait;
    held_place place(*group_, got);
    if (stopped_) co_return;
    start_next(from, place);
  }
}

void mapping::start_next(core::site from, held_place& place) {
  mapped_item* item = nullptr;
  const core::thread_ref made = make_item(item);
  const bool has_place = place.take();
  if (!item->enter(group_, *made, has_place)) group_state::throw_ended();
  lent_ = !has_place;
  ++started_;
  ++running_;
  live_.push_back(item->live_);
  starting(*item, *made);
  made->launch(from);
  if (group_->ending()) made->kill();
}

void mapping::item_left(mapped_item& item, core::green_thread& thread,
                        bool had_place) noexcept {
  item.live_.unlink();
  --running_;
  if (!had_place) lent_ = false;
  ended(item, thread);
  changed();
}

// A kill ends an item at once if it has not begun.
void mapping::stop() noexcept {
  if (stopped_) return;
  stopped_ = true;
  if (place_) place_->refuse();
  core::list<mapped_item::hook> doomed;
  doomed.splice(live_);
  while (mapped_item::hook* next = doomed.pop_front()) {
    live_.push_back(*next);
    next->item.thread().kill();
  }
  changed();
}

void mapping::fail(core::green_thread& thread) noexcept {
  if (stopped_) return;
  failed_ = core::thread_ref(thread);
  stop();
}

void mapping::fail(std::exception_ptr error) noexcept {
  if (stopped_) return;
  error_ = std::move(error);
  stop();
}

bool mapping::holds(change what) const noexcept {
  switch (what) {
    case change::room:
      return stopped_ || (!lent_ && in_window());
    case change::settled:
      return stopped_ || running_ == 0;
    case change::finished:
      break;
  }
  return running_ == 0;
}

// Wakes the waits whose condition now holds.
void mapping::changed() noexcept {
  core::list<core::waiter> woken;
  changes_.lock();
  changes_.for_each([&](core::waiter& w) {
    if (!core::queue_wait::of<change_wait>(w).try_now()) return;
    changes_.remove(w);
    woken.push_back(w);
  });
  changes_.unlock();
  core::wait_queue::wake_all(woken);
}

void mapping::change_wait::describe(std::string& out) const {
  fmt::format_to(std::back_inserter(out), "items of a map in {}",
                 owner_->group_->name());
}

}  // namespace green
