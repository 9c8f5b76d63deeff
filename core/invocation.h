// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <functional>
#include <tuple>
#include <type_traits>
#include <utility>

#include "green/core/awaitable.h"
#include "green/core/dangling.h"
#include "green/core/parameters.h"
#include "green/core/slot.h"
#include "green/core/task.h"

namespace green::core {

/// The argument for one parameter, which is passed on.
template <class P, class A>
class argument {
 public:
  A&& pass(A&& given) noexcept { return std::forward<A>(given); }
  static constexpr bool keeps = false;
};

/// The same for an argument that is converted first. The converted object is
/// kept. This may be moved only while nothing is kept.
template <class P, class A>
  requires(binds_temporary<P, A>())
class argument<P, A> {
 public:
  argument() = default;
  argument(argument&&) noexcept {}
  argument& operator=(argument&&) = delete;

  P&& pass(A&& given) {
    kept_.emplace(std::forward<A>(given));
    return static_cast<P&&>(kept_.get().value);
  }
  static constexpr bool keeps = true;

 private:
  using object = std::remove_cvref_t<P>;
  struct converted {
    explicit converted(A&& given) : value(convert(std::forward<A>(given))) {}
    static object convert(A&& given) {
      if constexpr (std::is_arithmetic_v<object>) {
        return static_cast<object>(std::forward<A>(given));
      } else {
        return std::forward<A>(given);
      }
    }
    object value;
  };

  slot<converted> kept_;
};

/// The arguments of one call of F, whose parameters are open or have defaults.
/// If F gives a task, another coroutine awaits that task in the full expression
/// of the call, which keeps all temporaries.
template <class Parameters, class F, class... Args>
class arguments {
  using called = std::invoke_result_t<F, Args...>;
  using object = std::unwrap_reference_t<std::remove_cvref_t<F>>;
  static constexpr bool awaits =
      is_task<called> && std::is_class_v<std::remove_cvref_t<object>>;
  using caller = called (*)(F&&, Args&&...);

 public:
  static constexpr bool keeps = awaits;

  decltype(auto) call(F&& f, Args&&... args) {
    return call_(std::forward<F>(f), std::forward<Args>(args)...);
  }

 private:
  static called invoke(F&& f, Args&&... args) {
    return std::invoke(std::forward<F>(f), std::forward<Args>(args)...);
  }
  static called await_call(F&& f, Args&&... args) {
    if constexpr (is_reference_wrapper<std::remove_cvref_t<F>>) {
      co_return co_await f.get()(std::forward<Args>(args)...);
    } else {
      co_return co_await std::forward<F>(f)(std::forward<Args>(args)...);
    }
  }
  static constexpr caller choose() noexcept {
    if constexpr (awaits) {
      return &arguments::await_call;
    } else {
      return &arguments::invoke;
    }
  }

  // The pointer instantiates the function in sight of the user's call. From a
  // virtual function, out of sight, g++ would warn of a lambda's type.
  caller call_ = choose();
};

template <class... P, class F, class... Args>
  requires(sizeof...(P) == sizeof...(Args))
class arguments<parameters<P...>, F, Args...> {
 public:
  static constexpr bool keeps = (argument<P, Args>::keeps || ...);

  decltype(auto) call(F&& f, Args&&... args) {
    return call(std::index_sequence_for<P...>(), std::forward<F>(f),
                std::forward<Args>(args)...);
  }

 private:
  template <std::size_t... I>
  decltype(auto) call(std::index_sequence<I...>, F&& f, Args&&... args) {
    return std::invoke(std::forward<F>(f),
                       std::get<I>(each_).pass(std::forward<Args>(args))...);
  }

  [[no_unique_address]] std::tuple<argument<P, Args>...> each_;
};

/// Calls F with Args, once, by `call`. A temporary that a reference parameter
/// refers to would be gone when a coroutine begins. Therefore this keeps the
/// temporaries, and has to live as long as the coroutine runs.
template <class F, class... Args>
using arguments_for = arguments<decltype(parameters_of<F>()), F, Args...>;

/// f(args...), kept to be called once. f and args are made from the
/// constructor's arguments, as those of std::thread are. They are passed on by
/// the types named here: F and F&& are moved, F& is not.
template <class F, class... Args>
class stored_call {
 public:
  template <class... Call>
    requires(sizeof...(Call) == 1 + sizeof...(Args))
  explicit stored_call(std::in_place_t, Call&&... call)
      : call_(std::forward<Call>(call)...) {}

  decltype(auto) operator()() {
    return call(std::index_sequence_for<Args...>());
  }

 private:
  template <std::size_t... I>
  decltype(auto) call(std::index_sequence<I...>) {
    return given_.call(std::forward<F>(std::get<0>(call_)),
                       std::forward<Args>(std::get<1 + I>(call_))...);
  }

  std::tuple<F, Args...> call_;
  [[no_unique_address]] arguments_for<F, Args...> given_;
};

}  // namespace green::core
