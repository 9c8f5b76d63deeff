// SPDX-License-Identifier: MIT
#pragma once

#include <system_error>
#include <type_traits>
#include <utility>

#include "green/core/green_thread.h"
#include "green/core/shield.h"
#include "green/hub/offloaded.h"
#include "green/task.h"

namespace green {

/// Awaits f() on a helper thread. f owns what it uses. Once it has begun, an
/// interrupt is kept for the next await.
template <class F>
task<std::invoke_result_t<F&>> on_disk(const char* name, F f) {
  using result = std::invoke_result_t<F&>;
  const core::shield uninterrupted;
  if constexpr (std::is_void_v<result>) {
    auto call = [f = std::move(f)]() mutable {
      f();
      return true;
    };
    hub::offloaded<decltype(call)> wait(hub::file_helpers(), name,
                                        std::move(call));
    co_await wait;
  } else {
    hub::offloaded<F> wait(hub::file_helpers(), name, std::move(f));
    co_return co_await wait;
  }
}

/// The same of f(error), whose error goes to the caller's.
template <class F>
task<std::invoke_result_t<F&, std::error_code&>> on_disk(const char* name,
                                                         std::error_code& error,
                                                         F f) {
  using result = std::invoke_result_t<F&, std::error_code&>;
  if constexpr (std::is_void_v<result>) {
    auto call = [f = std::move(f)]() mutable {
      std::error_code found;
      f(found);
      return found;
    };
    error = co_await on_disk(name, std::move(call));
  } else {
    auto call = [f = std::move(f)]() mutable {
      std::error_code found;
      result given = f(found);
      return std::pair<result, std::error_code>(std::move(given), found);
    };
    auto outcome = co_await on_disk(name, std::move(call));
    error = outcome.second;
    co_return std::move(outcome.first);
  }
}

}  // namespace green
