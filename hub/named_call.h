// SPDX-License-Identifier: MIT
#pragma once

#include <sys/types.h>

#include <array>
#include <cstdint>

struct io_uring_sqe;

namespace green::hub {

/// The opcode of an entry that names its own system call. Rings know nothing of
/// it, so that a helper thread makes the call on each backend.
inline constexpr std::uint8_t named_call_opcode = 200;

/// The arguments of such a call, each in one word.
using call_words = std::array<std::uint64_t, 5>;

/// Such a call: its name in POSIX, and a function that makes it.
struct named_call {
  const char* name;
  ssize_t (*make)(const call_words& arguments);
};

/// Fills an entry. A close of `fd` ends a call that has not begun; -1: there is
/// no such descriptor.
void prepare_call(io_uring_sqe* sqe, const named_call* what, int fd,
                  const call_words* arguments) noexcept;
/// The call of an entry that prepare_call has filled.
const named_call& call_of(const io_uring_sqe& sqe) noexcept;
ssize_t make_call(const io_uring_sqe& sqe) noexcept;

}  // namespace green::hub
