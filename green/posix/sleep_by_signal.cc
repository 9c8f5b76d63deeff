// SPDX-License-Identifier: MIT
#include "green/posix/sleep_by_signal.h"

#include <algorithm>
#include <cerrno>

#include "green/core/signal_scope.h"
#include "green/core/sleep.h"

namespace green {

task<std::int64_t> sleep_by_signal(core::deadline until) {
  const core::signal_scope call(core::by_signal::always);
  co_await core::sleep_wait(until);
  if (!call.ended()) co_return 0;
  const std::int64_t left = until.ns() - core::now();
  if (left <= 0) co_return 0;
  errno = EINTR;
  co_return left;
}

}  // namespace green
