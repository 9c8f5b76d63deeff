// SPDX-License-Identifier: MIT
#pragma once

#include <cerrno>
#include <utility>

#include "green/core/green_thread.h"
#include "green/hub/offloaded.h"
#include "green/task.h"

namespace green {

/// A POSIX result that crosses threads: the value, and errno where it is -1.
template <class R>
struct with_errno {
  R value;
  int error;

  R deliver() const noexcept {
    if (value == static_cast<R>(-1)) errno = error;
    return value;
  }
};

/// f() on a helper thread: its result and errno.
template <class F>
task<std::invoke_result_t<F&>> helper_call(hub::offload& helpers,
                                           const char* what, F f) {
  using result = std::invoke_result_t<F&>;
  auto call = [f = std::move(f)]() mutable -> with_errno<result> {
    errno = 0;
    const result value = f();
    return {value, errno};
  };
  hub::offloaded<decltype(call)> wait(helpers, what, std::move(call));
  const with_errno<result> outcome = co_await wait;
  co_return outcome.deliver();
}

/// The same, and an interrupt that comes meanwhile is thrown at the next await:
/// for what is short, and uses descriptors by their numbers. A duplicate would
/// not do: to close it gives up the locks that the process has on the file.
template <class F>
task<std::invoke_result_t<F&>> whole_helper_call(hub::offload& helpers,
                                                 const char* what, F f) {
  const core::shield uninterrupted;
  co_return co_await helper_call(helpers, what, std::move(f));
}

}  // namespace green
