// SPDX-License-Identifier: MIT
#pragma once

#include <sys/socket.h>

#include <atomic>

#include "green/core/deadline.h"
#include "green/hub/entry.h"

namespace green::hub {

/// Has this process ever set SO_RCVTIMEO or SO_SNDTIMEO? Until then no socket
/// is asked for them.
inline std::atomic<bool> socket_timeouts_in_use{false};

/// The same for a SO_RCVLOWAT of more than one byte.
inline std::atomic<bool> socket_low_waters_in_use{false};

/// Has a socket of this process been told to linger at its close?
inline std::atomic<bool> sockets_linger{false};

/// setsockopt(2), which also sets these three flags. The library defines the
/// original's name, so that the program's own calls come here, too.
int set_socket_option(int fd, int level, int option, const void* value,
                      socklen_t length) noexcept;

/// Sets the first flag, where calls of setsockopt may not be seen.
void expect_socket_timeouts() noexcept;

/// Sets the flags as the open sockets of this process need them. Where these
/// cannot be listed, timeouts are expected.
void look_for_socket_limits() noexcept;

/// Does the last close of the descriptor wait for a peer (SO_LINGER)?
bool lingers(int fd) noexcept;

/// When a call on the descriptor must end by the option, SO_RCVTIMEO or
/// SO_SNDTIMEO. Never: it is no socket, or has no such time limit.
core::deadline socket_deadline(int fd, int option) noexcept;

/// The same for an entry, by the option in its row of the table. A ring ignores
/// both options.
core::deadline socket_deadline(const io_uring_sqe& sqe) noexcept;

/// The error of a call whose time limit has passed.
int error_of_timeout(const io_uring_sqe& sqe) noexcept;

}  // namespace green::hub
