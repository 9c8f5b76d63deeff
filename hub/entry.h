// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

struct io_uring_sqe;

namespace green::hub {

/// Values of an entry's user_data. Any other one is the address of a request.
namespace tag {
constexpr std::uint64_t nobody = 0;        // whose completion nobody waits for
constexpr std::uint64_t cancel_bit = 1;    // of a request's address: its cancel
constexpr std::uint64_t poller_ready = 2;  // the poller beside the ring
}  // namespace tag

/// An entry's offset that stands for the file's own position.
constexpr auto at_file_position = static_cast<std::uint64_t>(-1);

/// One submission entry, as liburing's io_uring_prep_* functions fill it. An
/// operation stores nothing else.
struct alignas(8) entry {
  std::byte bytes[64];

  // liburing 2.9 and newer clear an entry in io_uring_get_sqe and not in
  // io_uring_prep_*, so that the flags, for example, must be clear before.
  entry() noexcept { std::memset(bytes, 0, sizeof bytes); }

  io_uring_sqe* sqe() noexcept {
    return reinterpret_cast<io_uring_sqe*>(bytes);
  }
  const io_uring_sqe* sqe() const noexcept {
    return reinterpret_cast<const io_uring_sqe*>(bytes);
  }

  // The marks lie in the place of user_data, because only the copy of the entry
  // that a backend makes has a user_data.

  /// Notes whether somebody must still await the operation. Always true, so
  /// that it can stand in assert().
  bool expect_await(bool yes) noexcept {
    bytes[await_mark] = std::byte{yes};
    return true;
  }
  bool unawaited() const noexcept { return bytes[await_mark] != std::byte{0}; }

  /// Marks an entry that a ring would not do as the system call does. The
  /// poller does the entry in steps (hub/attempt.h). The first `done` bytes are
  /// transferred already.
  void do_in_steps(std::uint32_t done) noexcept {
    bytes[steps_mark] = std::byte{1};
    std::memcpy(bytes + marks, &done, sizeof done);
  }
  bool in_steps() const noexcept { return bytes[steps_mark] != std::byte{0}; }
  std::uint32_t done_before() const noexcept {
    std::uint32_t done = 0;
    std::memcpy(&done, bytes + marks, sizeof done);
    return done;
  }

  static constexpr int marks = 32, steps_mark = 38, await_mark = 39;
};

/// One completion, as a backend gives it.
struct completion {
  static constexpr std::uint32_t more_to_come = 2;  // IORING_CQE_F_MORE

  std::uint64_t user_data;
  std::int32_t result;
  std::uint32_t flags;
};

}  // namespace green::hub
