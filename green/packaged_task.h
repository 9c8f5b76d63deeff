// SPDX-License-Identifier: MIT
#pragma once

#include <type_traits>
#include <utility>

#include "green/core/awaitable.h"
#include "green/future_call.h"
#include "green/future_state.h"
#include "green/futures.h"
#include "green/task.h"

namespace green {

/// Of a packaged_task.
template <class R, class... Args>
class packaged_state : public future_state<R> {
 public:
  /// Calls the function; to be claimed first.
  task<> call(bool at_thread_exit, Args&&... args) {
    return call_(*this, at_thread_exit, std::forward<Args>(args)...);
  }
  /// Moves the function to a state of its own.
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
    return call_into<R, F&, Args...>(
        claimed_state<result>(state_ref<result>(state)), at_thread_exit,
        static_cast<packaged_function&>(state).f_, std::forward<Args>(args)...);
  }
  static state_ref<base> move_out(base& state) {
    return state_ref<base>::adopt(new packaged_function(
        std::move(static_cast<packaged_function&>(state).f_)));
  }

  F f_;
};

/// The signature of a callable, for packaged_task's deduction guide.
template <class Operator>
struct call_signature;
template <class R, class C, class... A>
struct call_signature<R (C::*)(A...)> {
  using type = typename core::call_result<R>::type(A...);
};
template <class R, class C, class... A>
struct call_signature<R (C::*)(A...) const> : call_signature<R (C::*)(A...)> {};
template <class R, class C, class... A>
struct call_signature<R (C::*)(A...)&> : call_signature<R (C::*)(A...)> {};
template <class R, class C, class... A>
struct call_signature<R (C::*)(A...) const&> : call_signature<R (C::*)(A...)> {
};
template <class R, class C, class... A>
struct call_signature<R (C::*)(A...) noexcept>
    : call_signature<R (C::*)(A...)> {};
template <class R, class C, class... A>
struct call_signature<R (C::*)(A...) const noexcept>
    : call_signature<R (C::*)(A...)> {};
template <class R, class C, class... A>
struct call_signature<R (C::*)(A...) & noexcept>
    : call_signature<R (C::*)(A...)> {};
template <class R, class C, class... A>
struct call_signature<R (C::*)(A...) const & noexcept>
    : call_signature<R (C::*)(A...)> {};

template <class Signature>
class packaged_task;

/// [futures.task] From any green thread. The functions that call it return when
/// the call has ended.
template <class R, class... Args>
class packaged_task<R(Args...)> {
  using state = packaged_state<R, Args...>;

 public:
  static_assert(!core::is_task<R>,
                "write packaged_task<T(...)> for a function that returns a "
                "task<T>");

  packaged_task() noexcept = default;
  template <class F>
    requires(!std::is_same_v<std::remove_cvref_t<F>, packaged_task>)
  explicit packaged_task(F&& f)
      : state_(state_ref<state>::adopt(
            new packaged_function<std::decay_t<F>, R, Args...>(
                std::forward<F>(f)))) {}
  packaged_task(packaged_task&&) noexcept = default;
  packaged_task& operator=(packaged_task&&) noexcept = default;

  void swap(packaged_task& other) noexcept { std::swap(state_, other.state_); }
  bool valid() const noexcept { return static_cast<bool>(state_); }

  future<R> get_future() {
    state_.checked().retrieve();
    return future<R>(state_ref<future_state<R>>(state_.checked()));
  }

  task<> operator()(Args... args) {
    state_.checked().claim();
    return state_->call(false, std::forward<Args>(args)...);
  }
  task<> make_ready_at_thread_exit(Args... args) {
    state_.checked().claim();
    return state_->call(true, std::forward<Args>(args)...);
  }
  void reset() { state_ = state_owner<state>(state_.checked().renew()); }

 private:
  state_owner<state> state_;
};

template <class R, class... Args>
packaged_task(R (*)(Args...))
    -> packaged_task<typename core::call_result<R>::type(Args...)>;
template <class F,
          class S = typename call_signature<decltype(&F::operator())>::type>
packaged_task(F) -> packaged_task<S>;

template <class R, class... Args>
void swap(packaged_task<R(Args...)>& a, packaged_task<R(Args...)>& b) noexcept {
  a.swap(b);
}

}  // namespace green
