// SPDX-License-Identifier: MIT
#pragma once

#include <concepts>
#include <coroutine>
#include <memory>
#include <type_traits>
#include <utility>

#include "green/core/awaitable.h"
#include "green/core/green_thread.h"
#include "green/core/spawned.h"
#include "green/core/thread_ref.h"
#include "green/hub/this_hub.h"
#include "green/task.h"

namespace green {

/// An awaitable as when_all and when_any take it: A is T& for one that has a
/// name, T for a temporary. What can be moved is moved in; the rest stays where
/// it is. A name is awaited as it is if that is possible, else it is consumed.
template <class A>
struct operand {
  using type = std::remove_reference_t<A>;
  using held = std::conditional_t<
      std::is_lvalue_reference_v<A>, A,
      std::conditional_t<std::is_move_constructible_v<type>, type, type&&>>;
  /// What co_await is applied to.
  using expression = std::conditional_t<
      std::is_lvalue_reference_v<A> && core::awaitable<type&>, type&, type&&>;
};

template <class A>
concept when_operand = core::awaitable<typename operand<A>::expression>;

/// Awaits Expression and says that this is done at another line.
template <class Expression>
class awaited_at {
  using awaiter = decltype(core::get_awaiter(std::declval<Expression>()));

 public:
  awaited_at(Expression awaitable, const core::site& where)
      : awaiter_(core::get_awaiter(static_cast<Expression>(awaitable))),
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

/// What the green thread of one awaitable runs.
template <class Expression>
class awaited_child {
  using awaitable = std::remove_reference_t<Expression>;
  using given = core::await_result_t<Expression>;

 public:
  using result = std::conditional_t<std::is_lvalue_reference_v<given>, given,
                                    std::remove_cvref_t<given>>;

  awaited_child(awaitable& what, const core::site& where) noexcept
      : what_(&what), where_(where) {}

  task<result> operator()() const {
    if constexpr (core::is_task<awaitable>) {
      return std::move(*what_);
    } else {
      return carry(static_cast<Expression>(*what_), where_);
    }
  }

  /// Its green thread, not started.
  static core::thread_ref make(awaitable& what, const core::site& where) {
    return core::thread_ref::adopt(new core::spawned<awaited_child>(
        hub::this_hub(), awaited_child(what, where)));
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
