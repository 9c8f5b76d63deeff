// SPDX-License-Identifier: MIT
#pragma once

#include <functional>

namespace green {

/// Calls `action`, which must not throw, when the current green thread has
/// ended and what `local` kept for it is gone; where no green thread runs, at
/// the end of the OS thread.
void at_thread_exit(std::function<void()> action);

}  // namespace green
