// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>

struct io_uring_sqe;

namespace green::hub {

/// One submission entry: the closure of an operation, as liburing's
/// io_uring_prep_* functions fill it.
struct alignas(8) entry {
  std::byte bytes[64];

  io_uring_sqe* sqe() noexcept {
    return reinterpret_cast<io_uring_sqe*>(bytes);
  }
  const io_uring_sqe* sqe() const noexcept {
    return reinterpret_cast<const io_uring_sqe*>(bytes);
  }

  /// Is somebody still to await it? Kept in a byte of user_data, which only
  /// the kernel's own copy of an entry has. Gives true, for assert().
  bool expect_await(bool yes) noexcept {
    bytes[39] = std::byte{yes};
    return true;
  }
  bool unawaited() const noexcept { return bytes[39] != std::byte{0}; }
};

/// One completion, as the kernel gives it.
struct completion {
  static constexpr std::uint32_t more_to_come = 2;  // IORING_CQE_F_MORE

  std::uint64_t user_data;
  std::int32_t result;
  std::uint32_t flags;
};

}  // namespace green::hub
