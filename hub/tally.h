// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace green::hub {

/// What a hub has done so far, beyond the scheduler's own counts. Only its
/// thread reads and writes.
struct tally {
  static constexpr std::size_t kinds = 256;  // values of an opcode

  std::int64_t since = 0;  // when it was made
  std::uint64_t turns = 0;
  std::uint64_t calls = 0;  // system calls
  std::int64_t idle = 0;    // ns
  // Every so many calls of the kernel without a wait, one is timed. It counts
  // for all of them, as the clock costs too much for each.
  static constexpr std::uint64_t timed_one_of = 16;
  std::uint64_t looks = 0;
  std::int64_t in_kernel = 0;  // ns
  std::array<std::uint64_t, kinds> submitted{};
  std::array<std::uint64_t, kinds> done{};
};

}  // namespace green::hub
