// SPDX-License-Identifier: MIT
#pragma once

#include <future>
#include <type_traits>
#include <utility>

#include "green/core/callable.h"
#include "green/futures/call.h"
#include "green/futures/future_base.h"
#include "green/futures/state.h"
#include "green/greenlets/spawning.h"

namespace green {

template <class F, class... Args>
using async_future =
    future<core::call_result_t<std::decay_t<F>, std::decay_t<Args>...>>;

/// async with a line that reports name.
template <class F, class... Args>
async_future<F, Args...> async_at(const core::site& from, std::launch policy,
                                  F&& f, Args&&... args) {
  using result = core::call_result_t<std::decay_t<F>, std::decay_t<Args>...>;
  using state = future_state<result>;
  using call = core::kept_call<F, Args...>;
  if constexpr (!call::possible) {
    call::refuse();
    return {};
  } else {
    if ((policy & std::launch::async) != std::launch::async) {
      using deferred =
          deferred_state<result, std::decay_t<F>, std::decay_t<Args>...>;
      return async_future<F, Args...>(state_ref<state>::adopt(new deferred(
          std::in_place, std::forward<F>(f), std::forward<Args>(args)...)));
    }
    auto made = state_ref<state>::adopt(new state(state::status::claimed));
    green::spawn_at(from,
                    async_call<result, std::decay_t<F>, std::decay_t<Args>...>(
                        made, std::forward<F>(f), std::forward<Args>(args)...));
    return async_future<F, Args...>(std::move(made));
  }
}

/// A policy, and the line where the caller chose the policy.
struct launch_at {
  launch_at(std::launch p, core::site f = core::site::current()) noexcept
      : policy(p), from(f) {}
  std::launch policy;
  core::site from;
};

/// [futures.async] f is a plain function, or one that returns a task or another
/// awaitable. It runs as a green thread at the hub's next turn. With
/// launch::deferred alone, it runs in the first green thread that waits for the
/// result.
template <class F, class... Args>
[[nodiscard]] async_future<F, Args...> async(launch_at policy, F&& f,
                                             Args&&... args) {
  return green::async_at(policy.from, policy.policy, std::forward<F>(f),
                         std::forward<Args>(args)...);
}

template <class F>
concept no_policy = !std::is_same_v<std::decay_t<F>, std::launch>;

// Overloads take up to three arguments with the caller's line. The reason
// stands in spawn_overloads.h.

template <no_policy F>
[[nodiscard]] async_future<F> async(F&& f,
                                    core::site from = core::site::current()) {
  return green::async_at(from, std::launch::async, std::forward<F>(f));
}
template <no_policy F, class A>
[[nodiscard]] async_future<F, A> async(
    F&& f, A&& a, core::site from = core::site::current()) {
  return green::async_at(from, std::launch::async, std::forward<F>(f),
                         std::forward<A>(a));
}
template <no_policy F, class A, class B>
[[nodiscard]] async_future<F, A, B> async(
    F&& f, A&& a, B&& b, core::site from = core::site::current()) {
  return green::async_at(from, std::launch::async, std::forward<F>(f),
                         std::forward<A>(a), std::forward<B>(b));
}
template <no_policy F, class A, class B, class C>
[[nodiscard]] async_future<F, A, B, C> async(
    F&& f, A&& a, B&& b, C&& c, core::site from = core::site::current()) {
  return green::async_at(from, std::launch::async, std::forward<F>(f),
                         std::forward<A>(a), std::forward<B>(b),
                         std::forward<C>(c));
}
/// With more arguments, the line is not known.
template <no_policy F, class A, class B, class C, class D, class... More>
[[nodiscard]] async_future<F, A, B, C, D, More...> async(F&& f, A&& a, B&& b,
                                                         C&& c, D&& d,
                                                         More&&... more) {
  return green::async_at(core::site(), std::launch::async, std::forward<F>(f),
                         std::forward<A>(a), std::forward<B>(b),
                         std::forward<C>(c), std::forward<D>(d),
                         std::forward<More>(more)...);
}

}  // namespace green
