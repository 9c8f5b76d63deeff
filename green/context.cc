// SPDX-License-Identifier: MIT
#include "green/context.h"

#include <cassert>
#include <new>
#include <string>

#include "green/core/assert.h"

namespace green {

namespace {

using core::green_thread;

std::uint64_t id_of_caller() noexcept {
  const green_thread* const caller = green_thread::running();
  return caller == nullptr ? 0 : caller->id();
}

std::string name_of(std::uint64_t number) {
  return number == 0 ? "code outside of green threads"
                     : "greenlet " + std::to_string(number);
}

// True, so that it can stand in assert().
[[maybe_unused]] bool expect_owner(std::uint64_t owner) {
  const std::uint64_t caller = id_of_caller();
  if (caller != owner) [[unlikely]] {
    core::contract_broken("a value of a context_var was taken back by " +
                          name_of(caller) + ", but it was set by " +
                          name_of(owner));
  }
  return true;
}

}  // namespace

context_undo::context_undo(core::context::value_ref value)
    : before_(green_thread::context_of_caller()),
      after_(core::context::with(before_, std::move(value))),
      owner_(id_of_caller()) {
  green_thread::change_context(after_);
}

context_undo::context_undo(context_undo&& other) noexcept
    : before_(std::move(other.before_)),
      after_(std::move(other.after_)),
      owner_(other.owner_) {}

context_undo::~context_undo() {
  if (!after_) return;
  assert(expect_owner(owner_));
  if (id_of_caller() != owner_) return;
  const core::context_ref now = green_thread::context_of_caller();
  try {
    green_thread::change_context(
        now == after_ ? before_ : core::context::without(now, after_->last()));
  } catch (const std::bad_alloc&) {
    // The value stays until the end of the green thread.
  }
}

}  // namespace green
