// SPDX-License-Identifier: MIT
#pragma once

#include <future>
#include <type_traits>
#include <utility>

#include "green/core/awaitable.h"
#include "green/future_call.h"
#include "green/future_state.h"
#include "green/futures.h"
#include "green/spawning.h"

namespace green {

template <class F, class... Args>
using async_future =
    future<core::call_result_t<std::decay_t<F>, std::decay_t<Args>...>>;

/// async with the line to be named in reports.
template <class F, class... Args>
async_future<F, Args...> async_at(const core::site& from, std::launch policy,
                                  F&& f, Args&&... args) {
  using result = core::call_result_t<std::decay_t<F>, std::decay_t<Args>...>;
  using state = future_state<result>;
  if ((policy & std::launch::async) != std::launch::async) {
    using deferred =
        deferred_state<result, std::decay_t<F>, std::decay_t<Args>...>;
    return async_future<F, Args...>(state_ref<state>::adopt(
        new deferred(std::forward<F>(f), std::forward<Args>(args)...)));
  }
  auto made = state_ref<state>::adopt(new state(state::status::claimed));
  spawn_at(from, &call_into<result, std::decay_t<F>, std::decay_t<Args>...>,
           claimed_state<state>(made), false, std::forward<F>(f),
           std::forward<Args>(args)...);
  return async_future<F, Args...>(std::move(made));
}

/// A policy, and the line that chose it.
struct launch_at {
  launch_at(std::launch p, core::site f = core::site::current()) noexcept
      : policy(p), from(f) {}
  std::launch policy;
  core::site from;
};

/// [futures.async] f, a function that returns a task or another awaitable or a
/// plain one, runs as a green thread at the hub's next turn, or, with
/// launch::deferred alone, in the first that waits for the result.
template <class F, class... Args>
[[nodiscard]] async_future<F, Args...> async(launch_at policy, F&& f,
                                             Args&&... args) {
  return async_at(policy.from, policy.policy, std::forward<F>(f),
                  std::forward<Args>(args)...);
}

template <class F>
concept no_policy = !std::is_same_v<std::decay_t<F>, std::launch>;

// An overload for each number of arguments: a default argument can tell the
// caller's line only after a fixed number of others.

template <no_policy F>
[[nodiscard]] async_future<F> async(F&& f,
                                    core::site from = core::site::current()) {
  return async_at(from, std::launch::async, std::forward<F>(f));
}
template <no_policy F, class A>
[[nodiscard]] async_future<F, A> async(
    F&& f, A&& a, core::site from = core::site::current()) {
  return async_at(from, std::launch::async, std::forward<F>(f),
                  std::forward<A>(a));
}
template <no_policy F, class A, class B>
[[nodiscard]] async_future<F, A, B> async(
    F&& f, A&& a, B&& b, core::site from = core::site::current()) {
  return async_at(from, std::launch::async, std::forward<F>(f),
                  std::forward<A>(a), std::forward<B>(b));
}
template <no_policy F, class A, class B, class C>
[[nodiscard]] async_future<F, A, B, C> async(
    F&& f, A&& a, B&& b, C&& c, core::site from = core::site::current()) {
  return async_at(from, std::launch::async, std::forward<F>(f),
                  std::forward<A>(a), std::forward<B>(b), std::forward<C>(c));
}
/// With more arguments, the line is not known.
template <no_policy F, class A, class B, class C, class D, class... More>
[[nodiscard]] async_future<F, A, B, C, D, More...> async(F&& f, A&& a, B&& b,
                                                         C&& c, D&& d,
                                                         More&&... more) {
  return async_at(core::site(), std::launch::async, std::forward<F>(f),
                  std::forward<A>(a), std::forward<B>(b), std::forward<C>(c),
                  std::forward<D>(d), std::forward<More>(more)...);
}

}  // namespace green
