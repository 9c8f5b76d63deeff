// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

#include "green/core/deadline.h"
#include "green/core/task.h"

/// Where green threads wait for a thing of the system that has a number and no
/// wait queue: a semaphore, a mutex of C code, a lock of a file. The lot is one
/// for the process, and is used from any thread. Whoever changes a thing
/// through green wakes its waiters. Other programs change things without a
/// word, so waiters also look again after a pause.
namespace green::core::parking_lot {

/// Changes with each wake of the key. Read it before the thing is tried.
unsigned turn(std::uint64_t key) noexcept;

/// Waits until the key is woken, or was woken since `seen`, or the deadline.
/// May also end early, so the thing must be tried again. The dump of waits
/// shows `what`.
task<> wait(std::uint64_t key, unsigned seen, const char* what, deadline until);

/// The same, and ends after a pause that grows with `round` from 50 µs to 10
/// ms.
task<> wait_a_while(std::uint64_t key, unsigned seen, const char* what,
                    unsigned round, deadline until = deadline::never());

/// Wakes the key's first waiter, or all of them. False when nobody waits.
bool wake(std::uint64_t key, bool all) noexcept;

}  // namespace green::core::parking_lot
