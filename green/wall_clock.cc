// SPDX-License-Identifier: MIT
#include "green/wall_clock.h"

#include "green/hub/operation.h"
#include "green/hub/prep.h"

namespace green {

// The kernel's own timer, the one that knows when the clock is set.
task<> sleep_until_wall(std::chrono::nanoseconds since_epoch) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(since_epoch);
  __kernel_timespec until{.tv_sec = seconds.count(),
                          .tv_nsec = (since_epoch - seconds).count()};
  if (until.tv_sec < 0) until = {};
  hub::operation<int> alarm{io_uring_prep_timeout, &until, 0u,
                            IORING_TIMEOUT_ABS | IORING_TIMEOUT_REALTIME};
  co_await alarm.raw();
}

}  // namespace green
