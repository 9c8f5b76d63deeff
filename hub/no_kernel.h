// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <span>

#include "green/hub/backend.h"

namespace green::hub {

/// The backend of a hub in a child of fork, until the child first needs the
/// kernel. It takes no entry, so that all requests wait in the backlog.
class no_kernel final : public backend {
  bool push(const entry&, std::uint64_t) noexcept override { return false; }
  void flush() noexcept override {}
  void wait(std::int64_t) noexcept override {}
  bool pending() const noexcept override { return true; }
  unsigned reap(std::span<completion>) noexcept override { return 0; }
  void leave_to_parent() noexcept override {}
};

}  // namespace green::hub
