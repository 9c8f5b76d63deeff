// SPDX-License-Identifier: MIT
#include "green/hub/waitid.h"

#include <liburing.h>

#include <memory>

#include "green/hub/loop.h"

namespace green::hub {

namespace {

bool probe() noexcept {
  const std::unique_ptr<io_uring_probe, void (*)(io_uring_probe*)> known(
      io_uring_get_probe(), &io_uring_free_probe);
  return known != nullptr &&
         io_uring_opcode_supported(known.get(), waitid_opcode) != 0;
}

}  // namespace

bool ring_has_waitid() noexcept {
  static const bool has = probe();
  return has;
}

bool hub_has_waitid() { return loop::here().has_waitid(); }

void prepare_waitid(io_uring_sqe* sqe, idtype_t type, id_t id, siginfo_t* found,
                    int options) noexcept {
  // The id stands where other operations have their descriptor.
  io_uring_prep_rw(waitid_opcode, sqe, static_cast<int>(id), nullptr,
                   static_cast<unsigned>(type),
                   reinterpret_cast<std::uint64_t>(found));
  sqe->file_index = static_cast<unsigned>(options);
}

}  // namespace green::hub
