// SPDX-License-Identifier: MIT
#pragma once

#include <time.h>

#include "green/core/deadline.h"

namespace green::pthreads {

/// The last two parameters of a function that waits until a point of a clock.
struct time_limit {
  clockid_t clock = CLOCK_REALTIME;
  const timespec* until = nullptr;  // null: never

  /// EINVAL, or 0.
  int error() const noexcept;
  /// Does pthread.h accept the clock for a wait?
  bool has_clock() const noexcept {
    return clock == CLOCK_REALTIME || clock == CLOCK_MONOTONIC;
  }
  core::deadline deadline() const;
};

}  // namespace green::pthreads
