// SPDX-License-Identifier: MIT
#pragma once

#include <concepts>
#include <coroutine>
#include <memory>
#include <type_traits>
#include <utility>

#include "green/core/awaitable.h"
#include "green/core/awaiter_for.h"
#include "green/core/green_thread.h"
#include "green/core/spawned.h"
#include "green/core/thread_ref.h"
#include "green/hub/this_hub.h"
#include "green/task.h"

namespace green {

/// An awaitable as when_all and when_any take it: A is T& for a named object, T
/// for a temporary. A movable temporary is moved in, and other objects stay in
/// place. A named object is awaited as an lvalue if possible, else it is
/// consumed.
template <class A>
struct operand {
  using type = std::remove_reference_t<A>;
  using held = std::conditional_t<
      std::is_lvalue_reference_v<A>, A,
      std::conditional_t<std::is_move_constructible_v<type>, type, type&&>>;
  /// The type of co_await's operand.
  using expression = std::conditional_t<
      std::is_lvalue_reference_v<A> && core::awaitable<type&>, type&, type&&>;
};

template <class A>
concept when_operand = core::awaitable<typename operand<A>::expression>;

/// Awaits Expression. The dump shows another line as the place of the await.
template <class Expression>
class awaited_at {
  using awaiter = decltype(core::awaiter_for(std::declval<Expression>()));

 public:
  awaited_at(Expression awaitable, const core::site& where)
      : awaiter_(core::awaiter_for(static_cast<Expression>(awaitable))),
        where_(where) {}

  decltype(auto) await_ready() { return awaiter_.await_ready(); }
  template <std::derived_from<core::promise_base> Promise>
  auto await_suspend(std::coroutine_handle<Promise> awaiting) {
    if constexpr (requires { awaiter_.await_suspend(awaiting, where_); }) {
      return awaiter_.await_suspend(awaiting, where_);
    } else {
      return awaiter_.await_suspend(awaiting);
    }
  }
  decltype(auto) await_resume() {
    return static_cast<awaiter&&>(awaiter_).await_resume();
  }

 private:
  awaiter awaiter_;
  core::site where_;
};

/// The function that the green thread of one awaitable runs.
template <class Expression>
class awaited_branch {
  using awaitable = std::remove_reference_t<Expression>;
  using given = core::await_result_t<Expression>;

 public:
  using result = std::conditional_t<std::is_lvalue_reference_v<given>, given,
                                    std::remove_cvref_t<given>>;

  awaited_branch(awaitable& what, const core::site& where) noexcept
      : what_(std::addressof(what)), where_(where) {}

  task<result> operator()() const {
    if constexpr (core::is_task<awaitable>) {
      return std::move(*what_);
    } else {
      return carry(static_cast<Expression>(*what_), where_);
    }
  }

  /// Makes the green thread, not started.
  static core::thread_ref make(awaitable& what, const core::site& where) {
    return core::thread_ref::adopt(new core::spawned<awaited_branch>(
        hub::this_hub(), awaited_branch(what, where)));
  }

 private:
  static task<result> carry(Expression what, core::site where) {
    co_return co_await awaited_at<Expression>(static_cast<Expression>(what),
                                              where);
  }

  awaitable* what_;
  core::site where_;
};

}  // namespace green
