// SPDX-License-Identifier: MIT
#pragma once

#include <type_traits>
#include <utility>

#include "green/core/awaitable.h"
#include "green/core/callable.h"
#include "green/core/invocation.h"
#include "green/core/parameters.h"
#include "green/futures/call.h"
#include "green/futures/future_base.h"
#include "green/futures/state.h"
#include "green/task.h"

namespace green {

/// The shared state of a packaged_task.
template <class R, class... Args>
class packaged_state : public future_state<R> {
 public:
  /// Calls the function. The caller has claimed the state.
  task<> call(bool at_thread_exit, Args&&... args) {
    return call_(*this, at_thread_exit, std::forward<Args>(args)...);
  }
  /// Moves the function to a new state.
  state_ref<packaged_state> renew() { return renew_(*this); }

 protected:
  using caller = task<> (*)(packaged_state&, bool, Args&&...);
  using renewer = state_ref<packaged_state> (*)(packaged_state&);

  packaged_state(caller c, renewer r) noexcept : call_(c), renew_(r) {}

 private:
  const caller call_;
  const renewer renew_;
};

/// The same with the function.
template <class F, class R, class... Args>
class packaged_function final : public packaged_state<R, Args...> {
  using base = packaged_state<R, Args...>;
  using result = future_state<R>;

 public:
  template <class G>
  explicit packaged_function(G&& f)
      : base(&packaged_function::start, &packaged_function::move_out),
        f_(std::forward<G>(f)) {}

 private:
  static task<> start(base& state, bool at_thread_exit, Args&&... args) {
    using stored = core::stored_call<F&, Args...>;
    return green::call_into<R, stored>(
        claimed_state<result>(state_ref<result>(state)), at_thread_exit,
        stored(std::in_place, static_cast<packaged_function&>(state).f_,
               std::forward<Args>(args)...));
  }
  static state_ref<base> move_out(base& state) {
    return state_ref<base>::adopt(new packaged_function(
        std::move(static_cast<packaged_function&>(state).f_)));
  }

  F f_;
};

/// The signature of a callable, for packaged_task's deduction guide.
template <class Plain>
struct task_signature;
template <class R, class... A>
struct task_signature<R(A...)> {
  using type = typename core::call_result<R>::type(A...);
};
template <class F>
using task_signature_t =
    typename task_signature<typename core::function_parts<F>::plain>::type;

template <class F>
concept called_as_lvalue =
    !core::function_parts<core::call_operator_t<F>>::of_rvalues;

template <class Signature>
class packaged_task;

/// [futures.task] From any green thread. The functions that call it return when
/// the call has ended.
template <class R, class... Args>
class packaged_task<R(Args...)> {
  using state = packaged_state<R, Args...>;

 public:
  static_assert(!core::awaitable<R>,
                "write packaged_task<T(...)> for a function that returns a "
                "task<T>");

  packaged_task() noexcept = default;
  /// [futures.task]
  template <class F>
    requires(!std::is_same_v<std::remove_cvref_t<F>, packaged_task>)
  explicit packaged_task(F&& f) {
    using call = core::direct_call<std::decay_t<F>&, Args...>;
    if constexpr (call::possible) {
      state_ = state_owner<state>(state_ref<state>::adopt(
          new packaged_function<std::decay_t<F>, R, Args...>(
              std::forward<F>(f))));
    } else {
      call::refuse();
    }
  }
  packaged_task(packaged_task&&) noexcept = default;
  packaged_task& operator=(packaged_task&&) noexcept = default;

  /// [futures.task]
  void swap(packaged_task& other) noexcept { std::swap(state_, other.state_); }
  /// [futures.task]
  bool valid() const noexcept { return static_cast<bool>(state_); }

  /// [futures.task]
  future<R> get_future() {
    state_.checked().retrieve();
    return future<R>(state_ref<future_state<R>>(state_.checked()));
  }

  /// [futures.task]. f may return a task.
  task<> operator()(Args... args) {
    state_.checked().claim();
    return state_->call(false, std::forward<Args>(args)...);
  }
  /// [futures.task]. At the end of the green thread.
  task<> make_ready_at_thread_exit(Args... args) {
    state_.checked().claim();
    return state_->call(true, std::forward<Args>(args)...);
  }
  /// [futures.task]
  void reset() { state_ = state_owner<state>(state_.checked().renew()); }

 private:
  state_owner<state> state_;
};

template <class R, class... Args>
packaged_task(R (*)(Args...)) -> packaged_task<task_signature_t<R(Args...)>>;
template <called_as_lvalue F>
packaged_task(F) -> packaged_task<task_signature_t<core::call_operator_t<F>>>;

/// [futures.task]
template <class R, class... Args>
void swap(packaged_task<R(Args...)>& a, packaged_task<R(Args...)>& b) noexcept {
  a.swap(b);
}

}  // namespace green
