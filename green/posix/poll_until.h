// SPDX-License-Identifier: MIT
#pragma once

#include <poll.h>
#include <signal.h>

#include "green/core/deadline.h"
#include "green/task.h"

namespace green {

/// poll(2) with a deadline. poll, select and epoll_wait wait by this function.
task<int> poll_until(pollfd* fds, nfds_t count, core::deadline until);

/// ppoll(2) with a deadline. During the wait, signals come through that the
/// mask lets through and this thread blocks. A handler that runs ends the wait
/// with EINTR. A null mask changes nothing.
task<int> poll_masked(pollfd* fds, nfds_t count, core::deadline until,
                      const sigset_t* mask);

}  // namespace green
