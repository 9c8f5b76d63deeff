// SPDX-License-Identifier: MIT
// The bytes that an entry transfers, and how many of them are left.
#pragma once

#include <sys/socket.h>
#include <sys/uio.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "green/hub/entry.h"

namespace green::hub {

/// The most bytes that Linux transfers by one system call.
constexpr std::size_t longest_transfer = 0x7ffff000;

constexpr unsigned limited(std::size_t length) noexcept {
  return static_cast<unsigned>(std::min(length, longest_transfer));
}

/// How many bytes an entry gives to the kernel, or has room for: in a buffer,
/// in parts or in a message. Parts and messages must be readable.
std::size_t length_of(const io_uring_sqe& sqe) noexcept;

/// Transfers as read(2), write(2) and the like do, but only what is possible
/// without waiting: -EAGAIN, or -EOPNOTSUPP where the file knows no such way.
std::int32_t transfer_without_waiting(const io_uring_sqe& sqe) noexcept;

/// Lets an entry of one buffer begin so many bytes later. An offset in a file
/// moves on by the same number.
void skip(io_uring_sqe& sqe, std::size_t bytes) noexcept;

/// Does the same for an entry of any kind. The arrays that the user gave stay
/// as they are.
class remainder {
 public:
  /// Throws std::bad_alloc, and then changes nothing.
  void skip(io_uring_sqe& sqe, std::size_t bytes);

 private:
  std::vector<iovec> parts_;
  msghdr message_{};
};

}  // namespace green::hub
