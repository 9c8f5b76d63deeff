// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "green/core/suspension.h"

namespace green::core {

/// "0x7f12..." of an object, to tell locks apart in a dump.
std::string address_of(const void* object);

/// Appends ", held by NAME": of this hub; others are only said to be others.
void describe_owner(std::string& out, const green_thread& asking,
                    std::uint64_t owner);

/// The green threads of this hub that wait for each other in a ring, beginning
/// with `first`; empty when it is in no ring.
std::vector<green_thread*> find_cycle(green_thread& first,
                                      std::uint64_t waits_for);

/// Every ring of green threads of the hub that wait for each other: "deadlock:
/// a waits for b, which waits for a", a line each.
std::string describe_cycles(scheduler& hub);

/// Looks for a ring that this wait, just begun, closes and says so on stderr.
/// In builds without NDEBUG; else it does nothing.
void report_cycle_in_debug_builds(green_thread& thread,
                                  const suspension& wait) noexcept;

}  // namespace green::core
