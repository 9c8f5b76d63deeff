// SPDX-License-Identifier: MIT
//
// Lets a std::stop_token end whatever a function awaits.
//
//   std::stop_source source;
//   source.request_stop();            // from any thread
//   auto work = [] { return green::sleep(1h); };
//   try {
//     co_await green::with_stop(source.get_token(), work);
//   } catch (const green::stopped& s) {
//     std::puts(s.what());
//   }
//
// A kill or timeout is thrown as everywhere (docs/contract.md). Of several
// interrupts, the one that was asked for first is thrown first. All threads may
// ask for a stop.
#pragma once

#include <optional>
#include <stop_token>
#include <utility>

#include "green/core/callable.h"
#include "green/core/invocation.h"
#include "green/stops/stop_guard.h"
#include "green/task.h"

namespace green {

/// f(args...), which the token can stop: when a stop is requested, by any
/// thread, stopped is thrown once, at f's current await. Returns f's result. f
/// returns any awaitable, or is a plain function. The twin of with_timeout.
///
/// If the stop was requested before, f begins, and stopped is thrown at its
/// first await that waits. A token that cannot be stopped costs nothing. As
/// with condition_variable_any, an idle hub is no deadlock while there are
/// other threads, which may ask for the stop.
template <class F, class... Args>
auto with_stop(std::stop_token token, F f, Args... args)
    -> task<core::call_result_t<F, Args...>> {
  if constexpr (!core::direct_call<F, Args...>::possible) {
    core::direct_call<F, Args...>::refuse();
    co_return core::no_value<core::call_result_t<F, Args...>>();
  } else {
    std::optional<stop_guard> guard;
    if (token.stop_possible()) guard.emplace(std::move(token));
    core::arguments_for<F, Args...> given;
    if constexpr (core::gives_awaitable<F, Args...>) {
      co_return co_await given.call(std::move(f), std::move(args)...);
    } else {
      co_return given.call(std::move(f), std::move(args)...);
    }
  }
}

}  // namespace green
