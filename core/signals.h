// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>

namespace green::core {

/// When the handler of a signal ends a call, as signal(7) lists. Some calls go
/// on if the handler was installed with SA_RESTART, and others never do.
enum class by_signal : unsigned char { never, unless_restarted, always };

/// Has the process ever installed a handler that tells the hub? Until then no
/// signal ends a wait.
inline std::atomic<bool> signal_handlers_in_use{false};

}  // namespace green::core
