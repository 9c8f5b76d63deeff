// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <type_traits>
#include <utility>

#include "green/core/awaitable.h"
#include "green/task.h"

namespace green {

/// Awaits f(args...), or calls it if it is a plain function.
template <class F, class... Args>
task<> call_as_task(F f, Args... args) {
  using result = std::invoke_result_t<F, Args...>;
  if constexpr (core::awaitable<result>) {
    result made = std::invoke(std::move(f), std::move(args)...);
    co_await std::move(made);
  } else {
    std::invoke(std::move(f), std::move(args)...);
    co_return;
  }
}

/// run_on_each of one function.
task<> run_each(unsigned n, std::function<task<>()> f);

}  // namespace green
