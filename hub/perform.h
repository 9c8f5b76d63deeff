// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

#include "green/hub/entry.h"

namespace green::hub {

/// Could this entry wait for a peer, so that O_NONBLOCK matters to it?
bool can_wait(const io_uring_sqe& sqe) noexcept;

/// Does what the entry says by a plain system call; the result or -errno.
std::int32_t perform(const entry& what) noexcept;

/// The descriptor whose close ends what the entry does; -1 when there is none.
int descriptor_of(const io_uring_sqe& sqe) noexcept;

/// The POSIX name of what the entry does.
const char* name_of(const io_uring_sqe& sqe) noexcept;

}  // namespace green::hub
