// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

#include "green/core/deadline.h"
#include "green/task.h"

namespace green {

/// For what the system lets only threads wait for: waits until somebody in the
/// process calls unpark with the key, or a pause has passed that grows with
/// `round` to 10 ms, or the deadline. Says nothing about why it woke. `what` is
/// what the dump of who waits for what calls it.
task<> park(std::uint64_t key, const char* what, unsigned round,
            core::deadline until);

/// Wakes all that are parked with the key, of any hub. From any thread.
void unpark(std::uint64_t key) noexcept;

}  // namespace green
