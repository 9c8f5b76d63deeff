// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <bitset>
#include <cstdint>
#include <memory>
#include <span>

#include "green/hub/backend.h"
#include "green/hub/poller.h"
#include "green/hub/waitid.h"

namespace green::hub {

/// The opcodes that a kernel's rings know.
using known_operations = std::bitset<256>;

/// A ring with a poller beside it. The poller does the operations that the ring
/// lacks. It also does the entries that are marked to be done in steps, because
/// a ring would not do them as the system call does.
class mended final : public backend {
 public:
  mended(std::unique_ptr<backend> ring, const known_operations& known);

  bool push(const entry& what, std::uint64_t user_data) noexcept override;
  void flush() noexcept override;
  void wait(std::int64_t timeout) override;
  bool pending() const noexcept override;
  unsigned reap(std::span<completion> into) noexcept override;
  bool has_waitid() const noexcept override { return known_[waitid_opcode]; }
  void forget(int fd) noexcept override { rest_.forget(fd); }
  void leave_to_parent() noexcept override;

 private:
  void watch();

  std::unique_ptr<backend> ring_;
  poller rest_{readiness::waits::in_another_set};
  const known_operations known_;
  bool watching_ = false;  // the ring polls the descriptor of rest_
};

/// Makes a ring for this thread with a poller beside it. Throws as make_ring.
std::unique_ptr<backend> make_mended_ring();

}  // namespace green::hub
