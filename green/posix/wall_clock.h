// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>

#include "green/task.h"

namespace green {

/// Waits until the wall clock shows `since_epoch`; a step of the clock moves
/// the end of the wait. In a signal_scope, a handler ends it early.
task<> sleep_until_wall(std::chrono::nanoseconds since_epoch);

}  // namespace green
