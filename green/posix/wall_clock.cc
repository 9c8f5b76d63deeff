// SPDX-License-Identifier: MIT
#include "green/posix/wall_clock.h"

#include <algorithm>
#include <cerrno>
#include <cstdint>

#include "green/core/signal_scope.h"
#include "green/core/sleep.h"
#include "green/hub/operation.h"
#include "green/hub/prep.h"

namespace green {

using namespace std::chrono_literals;

namespace {

std::chrono::nanoseconds wall_now() {
  return std::chrono::system_clock::now().time_since_epoch();
}

}  // namespace

// Uses the kernel's timer, because it alone knows when the clock is set.
task<> sleep_until_wall(std::chrono::nanoseconds since_epoch) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(since_epoch);
  __kernel_timespec until{.tv_sec = seconds.count(),
                          .tv_nsec = (since_epoch - seconds).count()};
  if (until.tv_sec < 0) until = {};
  for (;;) {
    hub::operation<int> alarm{io_uring_prep_timeout, &until, 0u,
                              IORING_TIMEOUT_ABS | IORING_TIMEOUT_REALTIME};
    const std::int32_t result = co_await alarm.raw();
    if (result == -ETIME || core::signal_scope::current_ended()) co_return;
    // Without a descriptor or memory for the timer, reads the clock every 20
    // ms.
    const auto left = since_epoch - wall_now();
    if (left <= left.zero()) co_return;
    co_await core::sleep_wait(std::min<std::chrono::nanoseconds>(left, 20ms));
  }
}

}  // namespace green
