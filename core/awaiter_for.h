// SPDX-License-Identifier: MIT
#pragma once

#include <coroutine>
#include <type_traits>
#include <utility>

#include "green/core/awaitable.h"
#include "green/core/foreign_wait.h"
#include "green/core/promise_base.h"

namespace green::core {

/// A handle of a green thread, which waits by functions of its own.
template <class T>
concept joinable = requires(T& handle) {
  handle.join();
  requires awaitable<decltype(handle.join())>;
};

/// A case of green::choose.
template <class T>
concept choosable = requires(T& choice) {
  typename T::wait;
  choice.begin();
};

/// Stands for the promise of any task.
struct task_promise_like : promise_base {};

/// The awaiter of an own awaitable takes the handles of tasks, and no others.
template <class A>
concept own_awaitable = requires(
    std::remove_reference_t<decltype(core::get_awaiter(std::declval<A>()))>&
        awaiter,
    std::coroutine_handle<task_promise_like> h) {
  awaiter.await_suspend(h);
  requires !foreign_awaiter<std::remove_cvref_t<decltype(awaiter)>>;
};

/// Waits by an awaiter that lives elsewhere. In its place, g++ 12 would copy an
/// awaiter that await_transform gives by reference.
template <class A>
struct awaiter_of {
  bool await_ready() { return awaiter.await_ready(); }
  template <class Promise>
  decltype(auto) await_suspend(std::coroutine_handle<Promise> awaiting,
                               site where = site::current()) {
    if constexpr (requires { awaiter.await_suspend(awaiting, where); }) {
      return awaiter.await_suspend(awaiting, where);
    } else {
      return awaiter.await_suspend(awaiting);
    }
  }
  decltype(auto) await_resume() {
    return static_cast<A&&>(awaiter).await_resume();
  }

  std::remove_reference_t<A>& awaiter;
};

/// Gives its operand back at once.
template <class A>
struct no_wait {
  bool await_ready() const noexcept { return true; }
  void await_suspend(std::coroutine_handle<>) const noexcept {}
  A&& await_resume() const noexcept { return static_cast<A&&>(operand); }

  std::remove_reference_t<A>& operand;
};

/// The awaiter of a foreign awaitable. Its await_suspend is given a handle that
/// posts the green thread to its hub. If the awaitable can do nothing with such
/// a handle, it has to be awaited in another way.
template <class A>
auto foreign_awaiter_for(A&& operand) {
  using awaiter = std::remove_reference_t<decltype(core::get_any_awaiter(
      std::forward<A>(operand)))>;
  constexpr bool wakes = !std::is_same_v<awaiter, std::suspend_always>;
  static_assert(wakes,
                "nobody would resume a std::suspend_always: to let the others "
                "run, write co_await green::sleep()");
  static_assert(foreign_awaiter<awaiter>,
                "this awaitable of another library resumes no plain "
                "std::coroutine_handle<>: let its callback set a "
                "green::async_result, and write co_await result.get()");
  if constexpr (wakes && foreign_awaiter<awaiter>) {
    return foreign_wait<A>(std::forward<A>(operand));
  } else {
    return no_wait<A>{operand};  // so that nothing else is told
  }
}

/// The awaiter for the operand of a co_await in a task.
template <class A>
auto awaiter_for(A&& operand) {
  if constexpr (awaitable<A>) {
    if constexpr (!own_awaitable<A>) {
      return core::foreign_awaiter_for(std::forward<A>(operand));
    } else if constexpr (has_member_co_await<A>) {
      return std::forward<A>(operand).operator co_await();
    } else {
      return awaiter_of<A>{operand};
    }
  } else if constexpr (has_free_co_await<A>) {
    return core::foreign_awaiter_for(std::forward<A>(operand));
  } else {
    constexpr bool handle = joinable<std::remove_cvref_t<A>>;
    static_assert(!handle,
                  "co_await waits for no handle by itself: write co_await "
                  "handle.join() or co_await handle.get()");
    constexpr bool of_choose = choosable<std::remove_cvref_t<A>>;
    static_assert(!of_choose,
                  "co_await waits for no case by itself: write co_await "
                  "green::choose(x.get_case())");
    static_assert(handle || of_choose,
                  "co_await has nothing to wait for here: is green:: missing "
                  "in front of the call?");
    return no_wait<A>{operand};  // so that nothing else is told
  }
}

}  // namespace green::core
