// SPDX-License-Identifier: MIT
#pragma once

#include <sys/wait.h>

#include <cstdint>

struct io_uring_sqe;

namespace green::hub {

/// IORING_OP_WAITID, from Linux 6.7 on, which Debian's liburing does not know.
inline constexpr std::uint8_t waitid_opcode = 50;

/// waitid(2) as an entry. `found` must live until the completion.
void prepare_waitid(io_uring_sqe* sqe, idtype_t type, id_t id, siginfo_t* found,
                    int options) noexcept;

}  // namespace green::hub
