// SPDX-License-Identifier: MIT
#pragma once

#include <exception>
#include <type_traits>
#include <utility>

#include "green/core/awaitable.h"
#include "green/core/invocation.h"
#include "green/futures/state.h"
#include "green/task.h"

namespace green {

/// A shared state that its holder has claimed. If the holder is destroyed
/// before it publishes the state, the promise breaks.
template <class State>
class claimed_state {
 public:
  explicit claimed_state(state_ref<State> state) noexcept
      : state_(std::move(state)) {}
  claimed_state(claimed_state&&) noexcept = default;
  claimed_state& operator=(claimed_state&&) = delete;
  ~claimed_state() {
    if (state_) state_->break_promise();
  }

  State* operator->() const noexcept { return state_.operator->(); }
  void publish() noexcept {
    state_->publish();
    state_ = state_ref<State>();
  }
  /// An exception leaves the state unclaimed.
  void publish_at_thread_exit() {
    const state_ref<State> state = std::move(state_);
    state->publish_at_thread_exit();
  }

 private:
  state_ref<State> state_;
};

/// Calls `call`, a stored_call or a reference to one that lasts, and awaits an
/// awaitable result. The outcome becomes that of the state. A kill is no
/// outcome of the function: the exception goes on, and the promise breaks.
template <class R, class Call>
task<> call_into(claimed_state<future_state<R>> into, bool at_thread_exit,
                 Call call) {
  using called = std::invoke_result_t<Call&>;
  try {
    if constexpr (core::awaitable<called> && std::is_void_v<R>) {
      static_cast<void>(co_await call());
      into->keep();
    } else if constexpr (core::awaitable<called>) {
      into->keep(co_await call());
    } else if constexpr (std::is_void_v<R>) {
      static_cast<void>(call());
      into->keep();
    } else {
      into->keep(call());
    }
  } catch (const killed&) {
    throw;
  } catch (...) {
    into->keep_error(std::current_exception());
  }
  at_thread_exit ? into.publish_at_thread_exit() : into.publish();
  co_return;
}

/// The function that the green thread of async runs.
template <class R, class... Call>
class async_call {
  using stored = core::stored_call<Call...>;

 public:
  template <class... Given>
  explicit async_call(const state_ref<future_state<R>>& state, Given&&... given)
      : into_(state), call_(std::in_place, std::forward<Given>(given)...) {}

  task<> operator()() {
    return green::call_into<R, stored&>(std::move(into_), false, call_);
  }

 private:
  claimed_state<future_state<R>> into_;
  stored call_;
};

/// The shared state of async with launch::deferred.
template <class R, class... Call>
class deferred_state final : public future_state<R> {
  using base = future_state<R>;
  using stored = core::stored_call<Call...>;

 public:
  template <class... Given>
  explicit deferred_state(std::in_place_t, Given&&... given)
      : base(&deferred_state::start),
        call_(std::in_place, std::forward<Given>(given)...) {}

 private:
  static task<> start(future_state_base& state) {
    deferred_state& self = static_cast<deferred_state&>(state);
    return green::call_into<R, stored&>(
        claimed_state<base>(state_ref<base>(self)), false, self.call_);
  }

  stored call_;
};

}  // namespace green
