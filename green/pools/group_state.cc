// SPDX-License-Identifier: MIT
#include "green/pools/group_state.h"

#include <fmt/format.h>

#include <iterator>

#include <mutex>
#include <stdexcept>
#include <system_error>

namespace green {

bool membership::enter(const group_ref& group, core::green_thread& thread,
                       bool has_place) noexcept {
  group->joiners_.lock();
  if (group->over_) {
    group->joiners_.unlock();
    return false;
  }
  group_ = group;
  thread_ = &thread;
  has_place_ = has_place;
  seat_.round = group->round_;
  group->seats_.push_back(seat_);
  ++group->size_;
  group->joiners_.unlock();
  thread.joiners().lock();
  const bool over = thread.finished();
  if (!over) thread.joiners().push(*this);
  thread.joiners().unlock();
  if (over) leave();
  return true;
}

bool membership::among(core::green_thread& thread,
                       const group_state& group) noexcept {
  bool found = false;
  const std::lock_guard guard(thread.joiners());
  thread.joiners().for_each([&](core::waiter& w) {
    if (w.wake_ != &membership::ended) return;
    found = found || static_cast<membership&>(w).group_.get() == &group;
  });
  return found;
}

void membership::ended(core::waiter& w) { static_cast<membership&>(w).leave(); }

void membership::leave() noexcept {
  const group_ref group = std::move(group_);
  const bool had_place = has_place_;
  core::list<core::waiter> woken;
  group->joiners_.lock();
  seat_.unlink();
  if (--group->size_ == 0) group->joiners_.take_all(woken);
  const bool failed = errors_ == errors::of_scope &&
                      thread_->how() == core::green_thread::outcome::error;
  const group_state::change next = group->member_left(*thread_, failed);
  group->joiners_.unlock();
  core::wait_queue::wake_all(woken);
  if (had_place) group->give_place_back();
  left(*thread_, had_place);
  group->changed(next);
}

std::size_t group_state::size() noexcept {
  const std::lock_guard guard(joiners_);
  return size_;
}

std::vector<any_greenlet> group_state::members() {
  std::vector<any_greenlet> all;
  for (;;) {
    all.reserve(size() + 8);
    const std::lock_guard guard(joiners_);
    if (size_ > all.capacity()) continue;
    seats_.for_each([&all](membership::seat& s) {
      all.emplace_back(core::thread_ref(*s.member.thread_));
    });
    return all;
  }
}

// Each member that was met moves to the end of the list. Those that enter
// meanwhile are killed by those that spawn them.
void group_state::kill_members() noexcept {
  joiners_.lock();
  ++round_;
  joiners_.unlock();
  for (;;) {
    core::green_thread* next = nullptr;
    {
      const std::lock_guard guard(joiners_);
      if (seats_.empty() || seats_.front().round == round_) return;
      membership::seat& first = *seats_.pop_front();
      first.round = round_;
      seats_.push_back(first);
      next = first.member.thread_;
      next->ref();
    }
    next->kill();
    next->unref();
  }
}

bool group_state::ending() noexcept {
  const std::lock_guard guard(joiners_);
  return ending_;
}

void group_state::throw_ended() {
  throw std::logic_error(
      "green::group: the scope of this group has ended: spawn in the function "
      "that with_group calls, or in a member");
}

group_state::change group_state::member_left(core::green_thread&,
                                             bool) noexcept {
  return change::none;
}

void group_state::changed(change) noexcept {}

std::size_t group_state::limit() noexcept {
  const std::lock_guard guard(places_);
  return limit_;
}

std::size_t group_state::free_places() noexcept {
  const std::lock_guard guard(places_);
  return taken_ < limit_ ? limit_ - taken_ : 0;
}

bool group_state::take_place() noexcept {
  const std::lock_guard guard(places_);
  if (taken_ >= limit_) return false;
  ++taken_;
  return true;
}

void group_state::admit_waiters(core::list<core::waiter>& woken) noexcept {
  while (taken_ < limit_) {
    core::waiter* const next = places_.pop();
    if (next == nullptr) return;
    ++taken_;
    core::queue_wait::of<place_wait>(*next).got_ = admission::place;
    woken.push_back(*next);
  }
}

void group_state::give_place_back() noexcept {
  core::list<core::waiter> woken;
  places_.lock();
  --taken_;
  admit_waiters(woken);
  places_.unlock();
  core::wait_queue::wake_all(woken);
}

void group_state::resize(std::size_t places) noexcept {
  core::list<core::waiter> woken;
  places_.lock();
  limit_ = places;
  admit_waiters(woken);
  places_.unlock();
  core::wait_queue::wake_all(woken);
}

std::string group_state::name() const {
  return fmt::format("{} {}", kind_, fmt::ptr(this));
}

group_join::group_join(group_ref group, core::deadline until)
    : queue_wait(group->joiners_, until), group_(std::move(group)) {}

bool group_join::try_now() {
  itself_ = membership::among(*thread_, *group_);
  return itself_ || group_->size_ == 0;
}

bool group_join::finish_wait() {
  const bool empty = queue_wait::finish_wait();
  if (!itself_) return empty;
  throw std::system_error(
      std::make_error_code(std::errc::resource_deadlock_would_occur),
      fmt::format("a member joins its own {}", group_->name()));
}

void group_join::describe(std::string& out) const {
  fmt::format_to(std::back_inserter(out), "join of {}", group_->name());
}

place_wait::place_wait(group_ref group, core::deadline until, bool may_lend)
    : queue_wait(group->places_, until),
      group_(std::move(group)),
      may_lend_(may_lend) {}

bool place_wait::try_now() {
  if (group_->taken_ < group_->limit_) {
    ++group_->taken_;
    got_ = admission::place;
  } else if (may_lend_ || membership::among(*thread_, *group_)) {
    got_ = admission::lent;
  }
  return got_ != admission::none;
}

admission place_wait::await_resume() {
  finish_wait();
  return std::exchange(got_, admission::none);
}

// The green thread may have been ended by force while it held the place.
place_wait::~place_wait() {
  if (got_ == admission::place) group_->give_place_back();
}

void place_wait::refuse() noexcept {
  if (!take_out()) return;
  got_ = admission::refused;
  wake();
}

void place_wait::describe(std::string& out) const {
  fmt::format_to(std::back_inserter(out), "place in {}", group_->name());
}

}  // namespace green
