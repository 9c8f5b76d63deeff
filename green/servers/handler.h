// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <functional>
#include <type_traits>
#include <utility>

#include "green/core/callable.h"
#include "green/core/invocation.h"
#include "green/task.h"

namespace green {

/// A server's handler: a function of Args that returns a task. Its parameters
/// may be values, references, or types that Args convert to. The arguments live
/// until the task has ended.
template <class... Args>
class server_handler {
 public:
  server_handler() = default;
  /// Makes an empty handler, as std::function does. A server refuses it.
  server_handler(std::nullptr_t) noexcept {}
  template <class F>
    requires(!std::is_same_v<std::remove_cvref_t<F>, server_handler>)
  server_handler(F&& f) {
    using call = core::direct_call<std::decay_t<F>&, Args...>;
    constexpr bool right =
        std::is_invocable_r_v<task<>, std::decay_t<F>&, Args...>;
    static_assert(right || !call::possible,
                  "a handler returns green::task<>: write `[](auto what, "
                  "green::endpoint from) -> green::task<> { ... }`");
    if constexpr (right) {
      call_ = wrap(std::forward<F>(f));
    } else if constexpr (!call::possible) {
      call::refuse();
    }
  }

  explicit operator bool() const noexcept { return static_cast<bool>(call_); }
  /// The coroutine keeps the arguments as long as the task.
  task<> operator()(Args&&... args) const {
    return call_(std::forward<Args>(args)...);
  }

 private:
  using function = std::function<task<>(Args&&...)>;

  template <class F>
  static function wrap(F&& f) {
    using kept = std::decay_t<F>;
    if constexpr (std::is_constructible_v<kept, std::nullptr_t> &&
                  !std::is_function_v<std::remove_reference_t<F>> &&
                  requires { f == nullptr; }) {
      if (f == nullptr) return {};
    }
    if constexpr (core::arguments_for<kept&, Args...>::keeps) {
      return [f = kept(std::forward<F>(f))](Args&&... args) mutable {
        return call_with(f, std::forward<Args>(args)...);
      };
    } else {
      return std::forward<F>(f);
    }
  }

  template <class F>
  static task<> call_with(F& f, Args&&... args) {
    core::arguments_for<F&, Args...> given;
    co_await given.call(f, std::forward<Args>(args)...);
  }

  function call_;
};

}  // namespace green
