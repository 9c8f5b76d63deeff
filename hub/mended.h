// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <bitset>
#include <memory>

#include "green/hub/backend.h"
#include "green/hub/poller.h"

namespace green::hub {

/// Which operations a kernel knows, by their IORING_OP numbers.
using known_operations = std::bitset<256>;

/// A ring that lacks some operations: those alone go the way of a kernel
/// without io_uring.
class mended final : public backend {
 public:
  mended(std::unique_ptr<backend> ring, const known_operations& known);

  bool push(const entry& what, std::uint64_t user_data) noexcept override;
  void flush() noexcept override;
  void wait(std::int64_t timeout) noexcept override;
  bool pending() const noexcept override;
  unsigned reap(std::span<completion> into) noexcept override;
  bool has_waitid() const noexcept override { return ring_->has_waitid(); }
  void leave_to_parent() noexcept override;

 private:
  void watch();

  std::unique_ptr<backend> ring_;
  poller rest_{readiness::waits::in_another_set};
  const known_operations known_;
  bool watching_ = false;  // the ring tells when there is something for rest_
};

/// A ring of this thread, and what it lacks.
std::unique_ptr<backend> make_mended_ring();

}  // namespace green::hub
