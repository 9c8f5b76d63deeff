// SPDX-License-Identifier: MIT
#pragma once

#include <netdb.h>

#include <cerrno>

#include "green/patcher/waits.h"
#include "green/posix/helper_call.h"

namespace green::patcher {

/// The result that a call on another thread leaves there.
template <class R>
struct thread_errors {
  R value;
  int error;
  int name_error;
};

template <class F>
task<std::invoke_result_t<F&>> call_on_helper(hub::offload& helpers,
                                              const char* what, F& call) {
  using result = std::invoke_result_t<F&>;
  auto all = [&call]() -> thread_errors<result> {
    errno = 0;
    const result value = call();
    return {value, errno, h_errno};
  };
  hub::offloaded<decltype(all)> helped(helpers, what, std::move(all));
  const thread_errors<result> left = co_await helped;
  errno = left.error;
  h_errno = left.name_error;
  co_return left.value;
}

/// On a fiber: makes call() on a helper thread, with its errno and h_errno. The
/// call uses memory of its caller, so an interrupt must wait for its end.
template <class F>
std::invoke_result_t<F&> on_helper(hub::offload& helpers, const char* what,
                                   F call) noexcept {
  return wait([&] { return call_on_helper(helpers, what, call); },
              interruptible::no);
}

}  // namespace green::patcher
