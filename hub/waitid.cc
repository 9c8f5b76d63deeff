// SPDX-License-Identifier: MIT
#include "green/hub/waitid.h"

#include <liburing.h>

namespace green::hub {

void prepare_waitid(io_uring_sqe* sqe, idtype_t type, id_t id, siginfo_t* found,
                    int options) noexcept {
  // The id stands where other operations have their descriptor.
  io_uring_prep_rw(waitid_opcode, sqe, static_cast<int>(id), nullptr,
                   static_cast<unsigned>(type),
                   reinterpret_cast<std::uint64_t>(found));
  sqe->file_index = static_cast<unsigned>(options);
}

}  // namespace green::hub
