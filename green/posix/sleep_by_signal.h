// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

#include "green/core/deadline.h"
#include "green/task.h"

namespace green {

/// Sleeps as nanosleep(2) does. A handler ends the sleep: then errno is EINTR,
/// and the result is the time that was left, in nanoseconds. Else it is 0.
task<std::int64_t> sleep_by_signal(core::deadline until);

}  // namespace green
