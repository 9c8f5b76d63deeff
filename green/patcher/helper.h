// SPDX-License-Identifier: MIT
#pragma once

#include <netdb.h>

#include <cerrno>
#include <type_traits>
#include <utility>

#include "green/patcher/waits.h"
#include "green/posix/helper_call.h"

namespace green::patcher {

template <class F>
task<std::invoke_result_t<F&>> call_on_helper(hub::offload& helpers,
                                              const char* what, F& call) {
  auto all = [&call] {
    errno = 0;
    const auto value = call();
    return std::pair(value, errno);
  };
  hub::offloaded<decltype(all)> helped(helpers, what, std::move(all));
  const auto [value, error] = co_await helped;
  errno = error;
  co_return value;
}

/// On a fiber: makes call() on a helper thread, with its errno and h_errno. The
/// call uses memory of its caller, so an interrupt must wait for its end.
template <class F>
std::invoke_result_t<F&> on_helper(hub::offload& helpers, const char* what,
                                   F call) noexcept {
  int name_error = h_errno;
  auto all = [&call, &name_error] {
    h_errno = name_error;
    const auto value = call();
    name_error = h_errno;
    return value;
  };
  const auto value = wait([&] { return call_on_helper(helpers, what, all); },
                          interruptible::no);
  h_errno = name_error;
  return value;
}

}  // namespace green::patcher
