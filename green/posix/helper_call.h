// SPDX-License-Identifier: MIT
#pragma once

#include <cerrno>
#include <type_traits>
#include <utility>

#include "green/core/green_thread.h"
#include "green/core/shield.h"
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

/// Awaits f() on a helper thread, and gives its result and errno. In a
/// signal_scope, a handler leaves the call to the helper: -1 and EINTR.
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
  with_errno<result> outcome{static_cast<result>(-1), EINTR};
  try {
    outcome = co_await wait;
  } catch (const hub::ended_by_signal&) {
    // Then the outcome is EINTR.
  }
  co_return outcome.deliver();
}

/// The same for a short call that uses descriptors by number. An interrupt is
/// kept for the next await. A duplicate of the descriptor would not do, because
/// its close gives up the process's locks on the file.
template <class F>
task<std::invoke_result_t<F&>> whole_helper_call(hub::offload& helpers,
                                                 const char* what, F f) {
  const core::shield uninterrupted;
  co_return co_await helper_call(helpers, what, std::move(f));
}

}  // namespace green
