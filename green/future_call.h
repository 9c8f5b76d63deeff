// SPDX-License-Identifier: MIT
#pragma once

#include <exception>
#include <functional>
#include <tuple>
#include <type_traits>
#include <utility>

#include "green/core/awaitable.h"
#include "green/future_state.h"
#include "green/task.h"

namespace green {

/// A shared state that its holder has claimed. When the holder goes and has
/// not published it, the promise is broken.
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
  /// When that throws, it is not claimed any more.
  void publish_at_thread_exit() {
    const state_ref<State> state = std::move(state_);
    state->publish_at_thread_exit();
  }

 private:
  state_ref<State> state_;
};

/// Calls f(args...), awaits what is to be awaited, and makes the outcome that
/// of the state. A kill is no outcome of f: it leaves, and the promise breaks.
template <class R, class F, class... Args>
task<> call_into(claimed_state<future_state<R>> into, bool at_thread_exit, F f,
                 Args... args) {
  using called = std::invoke_result_t<F, Args...>;
  try {
    if constexpr (core::awaitable<called> && std::is_void_v<R>) {
      static_cast<void>(co_await std::invoke(std::forward<F>(f),
                                             std::forward<Args>(args)...));
      into->keep();
    } else if constexpr (core::awaitable<called>) {
      into->keep(co_await std::invoke(std::forward<F>(f),
                                      std::forward<Args>(args)...));
    } else if constexpr (std::is_void_v<R>) {
      std::invoke(std::forward<F>(f), std::forward<Args>(args)...);
      into->keep();
    } else {
      into->keep(std::invoke(std::forward<F>(f), std::forward<Args>(args)...));
    }
  } catch (const killed&) {
    throw;
  } catch (...) {
    into->keep_error(std::current_exception());
  }
  at_thread_exit ? into.publish_at_thread_exit() : into.publish();
  co_return;
}

/// Of async with launch::deferred.
template <class R, class F, class... Args>
class deferred_state final : public future_state<R> {
  using base = future_state<R>;

 public:
  template <class... Call>
  explicit deferred_state(Call&&... call)
      : base(&deferred_state::start), call_(std::forward<Call>(call)...) {}

 private:
  static task<> start(future_state_base& state) {
    deferred_state& self = static_cast<deferred_state&>(state);
    return std::apply(
        [&self](F& f, Args&... args) {
          return call_into<R, F, Args...>(
              claimed_state<base>(state_ref<base>(self)), false, std::move(f),
              std::move(args)...);
        },
        self.call_);
  }

  std::tuple<F, Args...> call_;
};

}  // namespace green
