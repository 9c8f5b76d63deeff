// SPDX-License-Identifier: MIT
#pragma once

#include <sys/types.h>

#include <source_location>
#include <string>
#include <vector>

namespace green::core {
class green_thread;
}

namespace green {

/// Where a green thread stands that runs on another OS thread.
struct other_stack {
  std::vector<const void*> calls;            // native, the innermost first
  std::vector<std::source_location> awaits;  // of those that wait for its code
};

/// Asks the OS thread by a signal. Empty when that does not answer. The signal
/// is a real-time one that nobody uses, and has a handler for that moment only.
other_stack stack_of(pid_t os_thread, const core::green_thread& running);

/// Lines for a report: "  at PLACE" of each call, "  awaited at FILE:LINE".
std::string describe(const other_stack& stack);

}  // namespace green
