// SPDX-License-Identifier: MIT
#pragma once

#include <poll.h>
#include <signal.h>
#include <time.h>

#include "green/core/deadline.h"
#include "green/task.h"

namespace green {

/// poll(2) with a deadline: what poll, select and epoll_wait wait by.
task<int> poll_until(pollfd* fds, nfds_t count, core::deadline until);

/// ppoll(2) with a deadline: while it waits, the signals that the mask lets
/// through and this thread blocks are let through; one that is handled ends the
/// wait with EINTR. A null mask changes nothing.
task<int> poll_masked(pollfd* fds, nfds_t count, core::deadline until,
                      const sigset_t* mask);

/// Is it a length of time that POSIX accepts?
bool valid_timeout(const timespec& timeout) noexcept;

/// As a deadline from now; a null pointer is never.
core::deadline deadline_of(const timespec* timeout);

/// Of a point of CLOCK_REALTIME; a null pointer is never.
core::deadline deadline_at(const timespec* realtime);
inline core::deadline deadline_at(const timespec& realtime) {
  return deadline_at(&realtime);
}

/// Of a timeout in milliseconds; negative is never.
core::deadline deadline_of(int timeout_ms);

}  // namespace green
