// SPDX-License-Identifier: MIT
//
// Which of Linux's habits a request meets.
#pragma once

#include <cstdint>

#include "green/hub/entry.h"
#include "green/testing/luck.h"

namespace green::testing {

/// Is it a pipe, a stream or a file, so that a call may move a part?
bool moves_parts(const io_uring_sqe& sqe);
/// Does it move the bytes of one buffer, and may it move a part?
bool transfers(const io_uring_sqe& sqe);
/// Does it write into one buffer?
bool receives(const io_uring_sqe& sqe);
/// Does it send to a socket that keeps the ends of records, and may it wait?
bool sends_record(const io_uring_sqe& sqe);
/// Does it wait until its buffer is full (MSG_WAITALL)?
bool receives_all(const io_uring_sqe& sqe);
/// Does it wait for bytes or a connection, and none is there?
bool waits_for_peer(const io_uring_sqe& sqe);
/// Does it move the position of a file?
bool at_position_of_file(const io_uring_sqe& sqe);
/// EINTR or EAGAIN, as a kernel likes; mostly 0.
std::int32_t habit(const io_uring_sqe& sqe, luck& chances);

}  // namespace green::testing
