// SPDX-License-Identifier: MIT
#include "green/joins/branches.h"

#include <fmt/format.h>

#include <iterator>

#include "green/core/assert.h"
#include "green/greenlets/joining.h"

namespace green {

branches_wait::~branches_wait() {
  GREEN_ASSERT(left_ == 0, "a coroutine was destroyed while its branches live");
}

bool branches_wait::branch::has_value() const noexcept {
  return thread->how() == core::green_thread::outcome::value;
}

bool branches_wait::start() {
  const std::span<branch> made = make_branches();
  branches_ = made;
  left_ = made.size();
  for (branch& b : made) {
    b.parent = this;
    b.thread->joiners().lock();
    b.thread->joiners().push(b);
    b.thread->joiners().unlock();
    b.thread->launch(from_);
  }
  return left_ != 0;
}

void branches_wait::branch::ended(core::waiter& w) {
  branch& b = static_cast<branch&>(w);
  b.parent->one_ended(b);
}

// A kill may end other branches at once, and so call this function again.
void branches_wait::one_ended(branch& b) noexcept {
  b.order = branches_.size() - left_ + 1;
  const bool last = --left_ == 0;
  if (!failed_ && (rule_ == policy::any || !b.has_value())) {
    failed_ = true;
    if (!interrupted_) kill_branches();
  }
  if (!last) return;
  const bool cut_short = interrupted_ && thread_->interrupted() && !complete();
  end_wait(cut_short ? outcome::interrupted : outcome::done);
}

// The wait ends when the branches have ended.
void branches_wait::cancel() noexcept {
  if (!failed_) interrupted_ = true;
  kill_branches();
}

void branches_wait::kill_branches() noexcept {
  for (branch& b : branches_) b.thread->kill();
}

bool branches_wait::complete() const noexcept {
  return rule_ == policy::any ? first(true) != nullptr
                              : first(false) == nullptr;
}

// The first to end, among those with a value or those without.
branches_wait::branch* branches_wait::first(bool with_value) const noexcept {
  branch* found = nullptr;
  for (branch& b : branches_) {
    if (b.has_value() != with_value) continue;
    if (found == nullptr || b.order < found->order) found = &b;
  }
  return found;
}

void branches_wait::finish_all() {
  finish();
  if (const branch* failed = first(false)) throw_end_of(*failed->thread);
}

branches_wait::branch& branches_wait::finish_any() {
  finish();
  branch* const winner = first(true);
  if (winner == nullptr) throw_end_of(*first(false)->thread);
  if (winner->gives) return *winner;
  branch* tied = winner;
  for (branch& b : branches_) {
    // A branch that was reached by the kill ended after the winner.
    const bool in_time = b.has_value() && b.thread->interrupts_raised() == 0;
    if (!in_time || !b.gives) continue;
    if (!tied->gives || b.order < tied->order) tied = &b;
  }
  return *tied;
}

void branches_wait::describe(std::string& out) const {
  fmt::format_to(std::back_inserter(out), "{} ({} of {} left)", what_, left_,
                 branches_.size());
}

}  // namespace green
