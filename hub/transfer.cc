// SPDX-License-Identifier: MIT
#include "green/hub/transfer.h"

#include "green/hub/opcodes.h"

namespace green::hub {

namespace {

std::uint64_t address(const void* p) {
  return reinterpret_cast<std::uint64_t>(p);
}

std::size_t length_of(const iovec* parts, std::size_t count) {
  std::size_t sum = 0;
  for (std::size_t i = 0; i < count; ++i) sum += parts[i].iov_len;
  return sum;
}

void move_offset(io_uring_sqe& sqe, std::size_t bytes) {
  const bool moves = opcode_of(sqe).has(opcode::moves_file);
  if (moves && sqe.off != at_file_position) sqe.off += bytes;
}

}  // namespace

std::size_t length_of(const io_uring_sqe& sqe) noexcept {
  if (has_parts(sqe)) return length_of(pointer<const iovec>(sqe.addr), sqe.len);
  if (!has_message(sqe)) return sqe.len;
  const msghdr& message = *pointer<const msghdr>(sqe.addr);
  return length_of(message.msg_iov, message.msg_iovlen);
}

std::int32_t transfer_without_waiting(const io_uring_sqe& sqe) noexcept {
  const iovec single{pointer<void>(sqe.addr), sqe.len};
  const bool several = has_parts(sqe);
  const iovec* const parts = several ? pointer<const iovec>(sqe.addr) : &single;
  const int count = several ? static_cast<int>(sqe.len) : 1;
  const auto offset = static_cast<off_t>(sqe.off);
  return raw_result(opcode_of(sqe).steps == family::read
                        ? ::preadv2(sqe.fd, parts, count, offset, RWF_NOWAIT)
                        : ::pwritev2(sqe.fd, parts, count, offset, RWF_NOWAIT));
}

void skip(io_uring_sqe& sqe, std::size_t bytes) noexcept {
  sqe.addr += bytes;
  sqe.len -= static_cast<unsigned>(bytes);
  move_offset(sqe, bytes);
}

void remainder::skip(io_uring_sqe& sqe, std::size_t bytes) {
  const bool message = has_message(sqe);
  if (!message && !has_parts(sqe)) return hub::skip(sqe, bytes);
  if (parts_.empty()) {
    const auto* const given = pointer<const msghdr>(sqe.addr);
    const iovec* const first =
        message ? given->msg_iov : pointer<const iovec>(sqe.addr);
    parts_.assign(first, first + (message ? given->msg_iovlen : sqe.len));
  }
  std::size_t left = bytes;
  auto part = parts_.begin();
  while (left != 0 && left >= part->iov_len) left -= part++->iov_len;
  parts_.erase(parts_.begin(), part);
  if (left != 0) {
    parts_[0].iov_base = static_cast<char*>(parts_[0].iov_base) + left;
    parts_[0].iov_len -= left;
  }
  message_.msg_iov = parts_.data();
  message_.msg_iovlen = parts_.size();
  sqe.addr = message ? address(&message_) : address(parts_.data());
  if (!message) sqe.len = static_cast<unsigned>(parts_.size());
  move_offset(sqe, bytes);
}

}  // namespace green::hub
