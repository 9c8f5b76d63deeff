// SPDX-License-Identifier: MIT
#pragma once

#include <concepts>
#include <coroutine>
#include <functional>
#include <type_traits>
#include <utility>

#include "green/core/awaitable.h"
#include "green/core/promise_base.h"

// What a user gives to be called is checked in one place, so that a mistake is
// one message. All that calls a user's function asks here first whether the
// call is possible. If not, refuse() says why. It gives a wrong_function in
// place of the user's, and the compiler finds nothing more to say.

namespace green::core {

/// The result of a call that does not compile. It converts to all types.
struct no_result {
  template <class T>
  operator T() const;
};

/// Stands for a function that cannot be called.
struct wrong_function {
  template <class... Args>
  no_result operator()(Args&&...) const;
};

/// Stands for an R where a call does not compile. It has no definition.
template <class R>
R no_value();

/// The result of calling an F with Args; no_result if that is not possible.
template <class F, class... Args>
struct called {
  using type = no_result;
};
template <class F, class... Args>
  requires std::is_invocable_v<F, Args...>
struct called<F, Args...> {
  using type = std::invoke_result_t<F, Args...>;
};
template <class F, class... Args>
using called_t = typename called<F, Args...>::type;

/// The result of f(args...), or the result of awaiting that.
template <class F, class... Args>
using call_result_t = typename call_result<called_t<F, Args...>>::type;

/// A function whose result has to be awaited.
template <class F, class... Args>
concept gives_awaitable = std::is_invocable_v<F, Args...> &&
                          awaitable<std::invoke_result_t<F, Args...>>;

/// An awaiter of a value that is there already.
template <class T>
struct had {
  bool await_ready() const noexcept { return true; }
  template <std::derived_from<promise_base> Promise>
  void await_suspend(std::coroutine_handle<Promise>) const noexcept {}
  T await_resume() { return std::forward<T>(value); }
  T value;
};

/// Calls f. The result of `co_await core::ask(f)` is that of f, or of the
/// awaitable that f gives.
template <class F>
auto ask(F& f) {
  if constexpr (gives_awaitable<F&>) {
    return f();
  } else {
    return had<std::invoke_result_t<F&>>{f()};
  }
}

/// A call of an F with Args.
template <class F, class... Args>
struct direct_call {
  static constexpr bool possible = std::is_invocable_v<F, Args...>;

  /// Says what to write in place of a call that is not possible.
  static auto refuse() {
    constexpr bool task = awaitable<std::remove_cvref_t<F>>;
    constexpr bool reference =
        !task && std::is_invocable_v<std::remove_reference_t<F>&,
                                     std::remove_reference_t<Args>&...>;
    static_assert(possible || !task,
                  "a task is no function: give the function and its arguments, "
                  "as in spawn(f, args...) in place of spawn(f(args...))");
    static_assert(possible || !reference,
                  "a parameter refers to a variable of the caller, but gets a "
                  "copy: write std::ref(x), as in spawn(f, std::ref(x))");
    static_assert(
        possible || task || reference,
        "the function cannot be called with these arguments: give "
        "all that it takes, as in spawn(f, args...); they are copied, "
        "and std::ref(x) gives a reference");
    return wrong_function();
  }
};

/// A call that keeps copies of f and its arguments.
template <class F, class... Args>
struct kept_call {
 private:
  using call = direct_call<std::decay_t<F>, std::decay_t<Args>...>;
  static constexpr bool copied =
      std::is_constructible_v<std::decay_t<F>, F> &&
      (std::is_constructible_v<std::decay_t<Args>, Args> && ...);

 public:
  static constexpr bool possible = call::possible && copied;

  static auto refuse() {
    if constexpr (call::possible) {
      static_assert(copied,
                    "the function or an argument cannot be copied: write "
                    "std::move(x), or std::ref(x) for a reference");
      return wrong_function();
    } else {
      return call::refuse();
    }
  }
};

}  // namespace green::core
