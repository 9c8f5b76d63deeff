// SPDX-License-Identifier: MIT
#pragma once

#include <time.h>

#include "green/core/deadline.h"

namespace green {

/// Are the nanoseconds less than a second, as POSIX asks of a point of time?
bool valid_time(const timespec& time) noexcept;

/// Is it a length of time that POSIX accepts?
bool valid_timeout(const timespec& timeout) noexcept;

/// 0, EFAULT or EINVAL for a timeout that a user points at. A null pointer is
/// no timeout, and no error.
int error_of_timeout(const timespec* timeout) noexcept;

/// The deadline of a timeout that begins now. A null pointer is never.
core::deadline deadline_of(const timespec* timeout);

/// The same of a timeout in milliseconds. A negative one is never.
core::deadline deadline_of(int timeout_ms);

/// The deadline at a point of a clock of the system. A null pointer is never.
core::deadline deadline_at(const timespec* time,
                           clockid_t clock = CLOCK_REALTIME);

}  // namespace green
