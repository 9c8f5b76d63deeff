// SPDX-License-Identifier: MIT
#include "green/children.h"

#include "green/core/assert.h"
#include "green/joining.h"

namespace green {

void throw_end_of(core::green_thread& thread) {
  if (thread.error() == nullptr) {
    throw greenlet_exit(thread.name() + " was killed and has no value");
  }
  thread.take_error();
  std::rethrow_exception(thread.error());
}

children_wait::~children_wait() {
  GREEN_ASSERT(left_ == 0, "a coroutine was destroyed while its children live");
}

bool children_wait::child::has_value() const noexcept {
  return thread->how() == core::green_thread::outcome::value;
}

bool children_wait::start() {
  const std::span<child> made = make_children();
  children_ = made;
  left_ = made.size();
  for (child& c : made) {
    c.parent = this;
    c.thread->joiners().lock();
    c.thread->joiners().push(c);
    c.thread->joiners().unlock();
    c.thread->launch(from_);
  }
  return left_ != 0;
}

void children_wait::child::ended(core::waiter& w) {
  child& c = static_cast<child&>(w);
  c.parent->one_ended(c);
}

// Killing the others may end some of them at once, and so come back to here.
void children_wait::one_ended(child& c) noexcept {
  c.order = children_.size() - left_ + 1;
  const bool last = --left_ == 0;
  if (!failed_ && (rule_ == policy::any || !c.has_value())) {
    failed_ = true;
    if (!interrupted_) kill_children();
  }
  if (!last) return;
  const bool cut_short = interrupted_ && thread_->interrupted() && !complete();
  end_wait(cut_short ? outcome::interrupted : outcome::done);
}

// The wait ends when they have.
void children_wait::cancel() noexcept {
  if (!failed_) interrupted_ = true;
  kill_children();
}

void children_wait::kill_children() noexcept {
  for (child& c : children_) c.thread->kill();
}

bool children_wait::complete() const noexcept {
  return rule_ == policy::any ? first(true) != nullptr
                              : first(false) == nullptr;
}

// To end, with a value or without one.
children_wait::child* children_wait::first(bool with_value) const noexcept {
  child* found = nullptr;
  for (child& c : children_) {
    if (c.has_value() != with_value) continue;
    if (found == nullptr || c.order < found->order) found = &c;
  }
  return found;
}

void children_wait::finish_all() {
  finish();
  if (const child* failed = first(false)) throw_end_of(*failed->thread);
}

children_wait::child& children_wait::finish_any() {
  finish();
  child* const winner = first(true);
  if (winner == nullptr) throw_end_of(*first(false)->thread);
  return *winner;
}

void children_wait::describe(std::string& out) const {
  out += what_;
  out += " (" + std::to_string(left_) + " of " +
         std::to_string(children_.size()) + " left)";
}

}  // namespace green
