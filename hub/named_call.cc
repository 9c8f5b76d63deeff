// SPDX-License-Identifier: MIT
#include "green/hub/named_call.h"

#include <liburing.h>

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace green::hub {

namespace {

// The words lie on both sides of the entry's user_data.
constexpr std::size_t first_words = offsetof(io_uring_sqe, off);
constexpr std::size_t last_words = offsetof(io_uring_sqe, buf_index);
constexpr std::size_t words_in_front = 3;
static_assert(first_words + 8 * words_in_front ==
              offsetof(io_uring_sqe, user_data));
static_assert(last_words + 8 * (1 + sizeof(call_words) / 8 - words_in_front) <=
              sizeof(io_uring_sqe));

}  // namespace

void prepare_call(io_uring_sqe* sqe, const named_call* what, int fd,
                  const call_words* arguments) noexcept {
  auto* const bytes = reinterpret_cast<std::byte*>(sqe);
  sqe->opcode = named_call_opcode;
  sqe->flags = 0;
  sqe->ioprio = 0;
  sqe->fd = fd;
  std::memcpy(bytes + first_words, arguments->data(), 8 * words_in_front);
  const auto place = std::bit_cast<std::uint64_t>(what);
  std::memcpy(bytes + last_words, &place, sizeof place);
  std::memcpy(bytes + last_words + 8, arguments->data() + words_in_front,
              sizeof *arguments - 8 * words_in_front);
}

const named_call& call_of(const io_uring_sqe& sqe) noexcept {
  std::uint64_t place = 0;
  std::memcpy(&place, reinterpret_cast<const std::byte*>(&sqe) + last_words,
              sizeof place);
  return *std::bit_cast<const named_call*>(place);
}

ssize_t make_call(const io_uring_sqe& sqe) noexcept {
  const auto* const bytes = reinterpret_cast<const std::byte*>(&sqe);
  call_words words;
  std::memcpy(words.data(), bytes + first_words, 8 * words_in_front);
  std::memcpy(words.data() + words_in_front, bytes + last_words + 8,
              sizeof words - 8 * words_in_front);
  return call_of(sqe).make(words);
}

}  // namespace green::hub
