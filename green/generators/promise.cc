// SPDX-License-Identifier: MIT
#include "green/generators/promise.h"

#include <cassert>
#include <optional>
#include <stdexcept>

#include "green/core/assert.h"
#include "green/core/call_places.h"
#include "green/core/green_thread.h"
#include "green/core/unawaited.h"

namespace green {

namespace {

[[noreturn]] void refuse_second() {
  throw std::logic_error(
      "green::generator: its next element was awaited while another await of "
      "it goes on");
}

}  // namespace

// On the root.
bool generator_promise_base::resume(core::promise_base& awaiting,
                                    bool looks) noexcept {
  core::green_thread& here = *awaiting.thread;
  generator_promise_base& leaf = *leaf_;
  parent = &awaiting;
  leaf.thread = &here;
  leaf.root_ = this;
  busy_ = true;
  if (looks && here.gives_way(leaf)) return true;
  return here.run_part(leaf, awaiting.self);
}

// On the leaf.
void generator_promise_base::give_element() noexcept {
  core::promise_base& awaiting = *root_->parent;
  root_->busy_ = false;
  assert(thread->runs(awaiting));
  thread->continue_with(awaiting.self);
}

// On the leaf. A generator of which this is a part may have begun before, and
// have a chain of its own.
bool generator_promise_base::enter(generator_promise_base& inner) noexcept {
  core::green_thread& here = *thread;
  generator_promise_base& leaf = *std::exchange(inner.leaf_, &inner);
  inner.busy_ = true;
  inner.outer_ = this;
  inner.parent = this;
  leaf.root_ = root_;
  leaf.thread = thread;
  root_->leaf_ = &leaf;
  if (here.must_look() && here.gives_way(leaf)) return true;
  return here.run_part(leaf, self);
}

// On the leaf.
void generator_promise_base::end() noexcept {
  core::green_thread& here = *thread;
  ended_ = true;
  busy_ = false;
  if (outer_ != nullptr) {
    generator_promise_base& outer = *std::exchange(outer_, nullptr);
    outer.root_ = root_;
    outer.thread = thread;
    root_->leaf_ = &outer;
  }
  assert(here.runs(*parent));
  here.continue_with(parent->self);
}

void generator_owner::reset() noexcept {
  if (promise_ == nullptr) return;
  generator_promise_base& root = *std::exchange(promise_, nullptr);
  GREEN_ASSERT(!root.busy_ || core::dropping::here(),
               "a green::generator was destroyed while its next element was "
               "awaited");
  // It stands at a co_yield, or has not begun. So nobody can still await the
  // awaitables that go with it.
  std::optional<core::dropping> scope;
  if (!root.ended_) scope.emplace();
  // An inner one that is somebody else's goes on with its own inner ones.
  generator_promise_base* kept = nullptr;
  for (auto* each = root.leaf_; each != &root; each = each->outer_) {
    if (!each->owned_) kept = each;
  }
  generator_promise_base* begin = root.leaf_;
  if (kept != nullptr) {
    begin = std::exchange(kept->outer_, nullptr);
    kept->leaf_ = root.leaf_;
    kept->busy_ = false;
  }
  for (generator_promise_base* each = begin; each != &root;) {
    generator_promise_base& inner = *each;
    each = inner.outer_;
    inner.owner_->promise_ = nullptr;
    inner.self.destroy();
  }
  root.self.destroy();
}

generator_promise_base& generator_owner::promise() const noexcept {
  GREEN_ASSERT(promise_ != nullptr,
               "a green::generator was used after it was moved");
  return *promise_;
}

generator_step::generator_step(generator_promise_base& generator) noexcept
    : generator_(generator) {
  assert(core::call_places::note(this));
}

// The green thread that waits may be destroyed where it stands, and then this
// generator too.
generator_step::~generator_step() {
  assert(state_ != state::unawaited ||
         core::may_drop("a generator's next element", this));
  assert(core::call_places::forget(this));
  if (state_ != state::waits) return;
  const core::dropping scope;
  generator_.owner_->reset();
}

bool generator_step::start(core::promise_base& awaiting,
                           const core::site& where) noexcept {
  core::green_thread& here = *awaiting.thread;
  awaiting.where = where;
  if (generator_.busy_) {
    state_ = state::busy;
    return false;
  }
  const bool looks = here.must_look();
  if (looks && here.interrupted()) [[unlikely]] {
    here.claim_interrupt();
    state_ = state::interrupted;
    return here.gives_way(awaiting);
  }
  if (generator_.ended_) {
    state_ = state::over;
    return looks && here.gives_way(awaiting);
  }
  state_ = state::waits;
  return generator_.resume(awaiting, looks);
}

void generator_step::finish() {
  const state how = std::exchange(state_, state::over);
  if (how == state::busy) refuse_second();
  if (how == state::interrupted) {
    core::scheduler::here()->current()->raise_interrupt();
  }
  generator_.throw_error();
}

bool elements_wait::start(generator_promise_base& outer,
                          const core::site& where) noexcept {
  outer.where = where;
  refused_ = inner_.busy_;
  if (refused_ || inner_.ended_) return false;
  inner_.owned_ = own_.has_promise();
  return outer.enter(inner_);
}

void elements_wait::await_resume() const {
  if (refused_) refuse_second();
  inner_.throw_error();
}

}  // namespace green
