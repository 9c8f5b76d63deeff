// SPDX-License-Identifier: MIT
// The table of the operations that green uses: one row for each opcode. Only
// .cc files include this header, because it brings liburing.
#pragma once

#include <sys/types.h>

#include <array>
#include <cerrno>
#include <cstdint>

#include "green/hub/entry.h"
#include "green/hub/prep.h"

namespace green::hub {

/// Operations of one family are done in the same steps; see attempt.
enum class family : unsigned char {
  call,  // by one system call, which only a disk can delay
  nothing,
  receive,
  send,
  read,
  write,
  accept,
  connect,
  splice,
  open,
  poll,
  timer,
  cancel,
};

/// Where the bytes of a transfer lie: in one buffer, in an array of iovec or in
/// a msghdr.
enum class memory : unsigned char { none, buffer, parts, message };

/// One row of the table. The default of each column is the simplest case.
struct opcode {
  enum trait : unsigned char {
    may_wait = 1,         // for a peer, so that O_NONBLOCK matters
    sends_all = 2,        // goes on until all bytes are sent
    moves_file = 4,       // works at an offset, or at the file's own position
    no_descriptor = 8,    // the entry has something else in its place
    ends_by_signal = 16,  // without may_wait, yet a signal ends the call
  };
  bool has(trait t) const noexcept { return (traits & t) != 0; }

  std::uint8_t number = 0;
  const char* name = "operation";                  // in POSIX
  ssize_t (*call)(const io_uring_sqe&) = nullptr;  // the plain system call
  family steps = family::call;
  memory bytes = memory::none;
  short time_limit = 0;  // the socket's option: SO_RCVTIMEO, SO_SNDTIMEO or 0
  unsigned char traits = 0;
  const char* name_at_offset = nullptr;  // if the name tells that
};

extern const std::array<opcode, 256> opcodes;

inline const opcode& opcode_of(const io_uring_sqe& sqe) noexcept {
  return opcodes[sqe.opcode];
}

inline bool has_message(const io_uring_sqe& sqe) noexcept {
  return opcode_of(sqe).bytes == memory::message;
}

inline bool has_parts(const io_uring_sqe& sqe) noexcept {
  return opcode_of(sqe).bytes == memory::parts;
}

/// The descriptor whose close ends the operation; -1 when there is none.
inline int descriptor_of(const io_uring_sqe& sqe) noexcept {
  return opcode_of(sqe).has(opcode::no_descriptor) ? -1 : sqe.fd;
}

/// The POSIX name of the operation.
const char* name_of(const io_uring_sqe& sqe) noexcept;

/// Does the handler of a signal end the system call, with EINTR? A call on a
/// file of a disk goes on.
bool can_be_signalled(const io_uring_sqe& sqe) noexcept;

/// Does the operation by its plain system call; the result or -errno.
std::int32_t perform(const entry& what) noexcept;

/// A system call's result as a completion has it: -errno for -1.
inline std::int32_t raw_result(ssize_t result) noexcept {
  return static_cast<std::int32_t>(result < 0 ? -errno : result);
}

/// The memory that a field of an entry points at.
template <class T>
T* pointer(std::uint64_t address) noexcept {
  return reinterpret_cast<T*>(address);
}

}  // namespace green::hub
