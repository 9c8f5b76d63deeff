// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>

#include "green/core/deadline.h"
#include "green/hub/entry.h"

namespace green::hub {

/// Has this process ever set SO_RCVTIMEO or SO_SNDTIMEO? Until then nobody
/// pays for asking a socket.
inline std::atomic<bool> socket_timeouts_in_use{false};

/// When a call on the descriptor has to end by the option, SO_RCVTIMEO or
/// SO_SNDTIMEO; never for what is no socket or has none.
core::deadline socket_deadline(int fd, int option) noexcept;

/// When the request has to end by its socket's SO_RCVTIMEO or SO_SNDTIMEO,
/// which the ring ignores; never for what is no socket or has none.
core::deadline socket_deadline(const io_uring_sqe& sqe) noexcept;

/// What a call answers whose time on the socket is over.
int error_of_timeout(const io_uring_sqe& sqe) noexcept;

}  // namespace green::hub
