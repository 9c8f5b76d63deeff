// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "green/core/suspension.h"

namespace green::core {

/// "0x7f12..." of an object, to tell locks apart in a dump.
std::string address_of(const void* object);

/// The green thread of the hub with this id; null when it has ended.
green_thread* find_thread(scheduler& hub, std::uint64_t id) noexcept;

/// The green threads of this hub that wait for each other in a ring, beginning
/// with `first`. Empty when `first` is in no ring.
std::vector<green_thread*> find_cycle(green_thread& first,
                                      std::uint64_t waits_for);

/// Every ring of green threads of the hub that wait for each other, in a line
/// each: "deadlock: a waits for b, which waits for a".
std::string describe_cycles(scheduler& hub);

/// Called when this wait has just begun. In builds without NDEBUG, reports on
/// stderr a ring that the wait closes. Else it does nothing.
void report_cycle_in_debug_builds(green_thread& thread,
                                  const suspension& wait) noexcept;

}  // namespace green::core
