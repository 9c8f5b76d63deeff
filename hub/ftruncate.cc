// SPDX-License-Identifier: MIT
#include "green/hub/ftruncate.h"

#include <liburing.h>

namespace green::hub {

void prepare_ftruncate(io_uring_sqe* sqe, int fd, off_t length) noexcept {
  io_uring_prep_rw(ftruncate_opcode, sqe, fd, nullptr, 0,
                   static_cast<std::uint64_t>(length));
}

}  // namespace green::hub
