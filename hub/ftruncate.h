// SPDX-License-Identifier: MIT
#pragma once

#include <sys/types.h>

#include <cstdint>

struct io_uring_sqe;

namespace green::hub {

/// IORING_OP_FTRUNCATE, from Linux 6.9 on, which Debian's liburing does not
/// know.
inline constexpr std::uint8_t ftruncate_opcode = 55;

/// ftruncate(2) as an entry.
void prepare_ftruncate(io_uring_sqe* sqe, int fd, off_t length) noexcept;

}  // namespace green::hub
