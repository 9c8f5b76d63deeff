// SPDX-License-Identifier: MIT
#pragma once

#include "green/core/green_thread.h"
#include "green/core/task.h"

namespace green {

/// A coroutine: lazy, move-only, awaited once.
using core::task;

/// Thrown by a kill at the green thread's current await. No std::exception.
using core::killed;

}  // namespace green
