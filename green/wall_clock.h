// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>

#include "green/core/sleep.h"
#include "green/task.h"

namespace green {

/// Waits until the wall clock shows `since_epoch`; a step of the clock moves
/// the end of the wait.
task<> sleep_until_wall(std::chrono::nanoseconds since_epoch);

/// Waits until the point's own clock shows it, whatever its pace.
template <class Point>
task<> sleep_by_clock(Point end) {
  do {
    co_await core::sleep_wait(end);
  } while (Point::clock::now() < end);
}

}  // namespace green
