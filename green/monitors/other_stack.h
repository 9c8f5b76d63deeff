// SPDX-License-Identifier: MIT
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <source_location>
#include <string>
#include <vector>

namespace green {

/// Where an OS thread stands, and which green thread runs there.
struct other_stack {
  bool answered = false;
  std::vector<const void*> calls;            // native, the innermost first
  std::vector<std::source_location> awaits;  // of those that wait for its code
  std::uint64_t running = 0;                 // the green thread; 0 when none
  std::string name;                          // of it, if that was set
  std::source_location spawned_at;
  std::int64_t turn_began = 0;  // the hub's last look at its clock; or 0
};

/// Asks the OS thread by a signal. Empty when that does not answer. The signal
/// is a real-time one that nobody uses, and has a handler for that moment only.
other_stack stack_of(pid_t os_thread);

/// Lines for a report: "  at PLACE" of each call, "  awaited at FILE:LINE".
std::string describe(const other_stack& stack);

}  // namespace green
