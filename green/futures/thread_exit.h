// SPDX-License-Identifier: MIT
#pragma once

#include <functional>

namespace green {

/// Calls `action`, which must not throw, after the current green thread and its
/// locals have ended. Where no green thread runs, calls it at the end of the OS
/// thread.
void at_thread_exit(std::function<void()> action);

}  // namespace green
