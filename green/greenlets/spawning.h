// SPDX-License-Identifier: MIT
#pragma once

#include <type_traits>
#include <utility>

#include "green/core/callable.h"
#include "green/core/spawned.h"
#include "green/greenlets/error_report.h"
#include "green/greenlets/handle.h"
#include "green/greenlets/spawn_overloads.h"
#include "green/hub/this_hub.h"

namespace green {

/// spawn with a line that reports name.
template <class F, class... Args>
auto spawn_at(const core::site& from, F&& f, Args&&... args) {
  using state = core::spawned<std::decay_t<F>, std::decay_t<Args>...>;
  auto made = core::thread_ref::adopt(new state(
      hub::this_hub(), std::forward<F>(f), std::forward<Args>(args)...));
  made->launch(from);
  return greenlet<typename state::value_type>(std::move(made));
}

template <class F, class... Args>
auto spawn_later_at(const core::site& from, deadline start, F&& f,
                    Args&&... args) {
  using state = core::spawned_later<std::decay_t<F>, std::decay_t<Args>...>;
  state* const body = new state(hub::this_hub(), std::forward<F>(f),
                                std::forward<Args>(args)...);
  auto made = core::thread_ref::adopt(body);
  body->launch_at(start, from);
  return greenlet<typename state::value_type>(std::move(made));
}

/// Starts f(args...) as a green thread at the hub's next turn. f, a function
/// that returns a task or a plain one, and args are copied into it first.
template <class F, class A = absent, class B = absent, class C = absent>
auto spawn(F&& f, A&& a = absent(), B&& b = absent(), C&& c = absent(),
           core::site from = core::site::current()) {
  if constexpr (!given_call<F, A, B, C>::possible) {
    return green::spawn_at(from, given_call<F, A, B, C>::refuse());
  } else {
    const auto call = [&]<class... Args>(const core::site& line,
                                         Args&&... args) {
      return green::spawn_at(line, std::forward<F>(f),
                             std::forward<Args>(args)...);
    };
    return green::call_with_given<A, B, C>(call, from, a, b, c);
  }
}
template <class F, class... Args>
  requires many_arguments<Args...>
auto spawn(F&& f, Args&&... args) {
  if constexpr (!core::kept_call<F, Args...>::possible) {
    return green::spawn_at(core::site(), core::kept_call<F, Args...>::refuse());
  } else {
    return green::spawn_at(core::site(), std::forward<F>(f),
                           std::forward<Args>(args)...);
  }
}

/// The same after a delay. If killed before, f never starts.
template <class F, class A = absent, class B = absent, class C = absent>
auto spawn_later(deadline start, F&& f, A&& a = absent(), B&& b = absent(),
                 C&& c = absent(), core::site from = core::site::current()) {
  if constexpr (!given_call<F, A, B, C>::possible) {
    return green::spawn_later_at(from, start, given_call<F, A, B, C>::refuse());
  } else {
    const auto call = [&]<class... Args>(const core::site& line,
                                         Args&&... args) {
      return green::spawn_later_at(line, start, std::forward<F>(f),
                                   std::forward<Args>(args)...);
    };
    return green::call_with_given<A, B, C>(call, from, a, b, c);
  }
}
template <class F, class... Args>
  requires many_arguments<Args...>
auto spawn_later(deadline start, F&& f, Args&&... args) {
  if constexpr (!core::kept_call<F, Args...>::possible) {
    return green::spawn_later_at(core::site(), start,
                                 core::kept_call<F, Args...>::refuse());
  } else {
    return green::spawn_later_at(core::site(), start, std::forward<F>(f),
                                 std::forward<Args>(args)...);
  }
}

}  // namespace green
