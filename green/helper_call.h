// SPDX-License-Identifier: MIT
#pragma once

#include <cerrno>
#include <utility>

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

}  // namespace green
