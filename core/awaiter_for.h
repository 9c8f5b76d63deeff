// SPDX-License-Identifier: MIT
#pragma once

#include <coroutine>
#include <type_traits>
#include <utility>

#include "green/core/awaitable.h"
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

/// A type for which somebody has written an operator co_await. The look-up
/// completes the types that A is made of, as the compiler's own does.
template <class A>
concept has_free_co_await =
    requires(A&& a) { operator co_await(std::forward<A>(a)); };

/// The awaiter for the operand of a co_await in a task.
template <class A>
auto awaiter_for(A&& operand) {
  if constexpr (has_member_co_await<A>) {
    return std::forward<A>(operand).operator co_await();
  } else if constexpr (awaitable<A>) {
    return awaiter_of<A>{operand};
  } else if constexpr (has_free_co_await<A>) {
    return operator co_await(std::forward<A>(operand));
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
