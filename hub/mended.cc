// SPDX-License-Identifier: MIT
#include "green/hub/mended.h"

#include <liburing.h>
#include <poll.h>

#include <algorithm>
#include <initializer_list>
#include <utility>

namespace green::hub {

namespace {

// No request has such an address.
constexpr std::uint64_t watch_data = 2;

constexpr std::initializer_list<int> used = {
    IORING_OP_NOP,      IORING_OP_ASYNC_CANCEL, IORING_OP_POLL_ADD,
    IORING_OP_READ,     IORING_OP_WRITE,        IORING_OP_READV,
    IORING_OP_WRITEV,   IORING_OP_RECV,         IORING_OP_SEND,
    IORING_OP_RECVMSG,  IORING_OP_SENDMSG,      IORING_OP_ACCEPT,
    IORING_OP_CONNECT,  IORING_OP_FSYNC,        IORING_OP_FALLOCATE,
    IORING_OP_OPENAT,   IORING_OP_STATX,        IORING_OP_SPLICE,
    IORING_OP_TEE,      IORING_OP_MKDIRAT,      IORING_OP_UNLINKAT,
    IORING_OP_RENAMEAT, IORING_OP_TIMEOUT,
};

known_operations ask_kernel() noexcept {
  known_operations known;
  const std::unique_ptr<io_uring_probe, void (*)(io_uring_probe*)> probe(
      io_uring_get_probe(), &io_uring_free_probe);
  for (int opcode = 0; probe != nullptr && opcode < 256; ++opcode) {
    known[static_cast<std::size_t>(opcode)] =
        io_uring_opcode_supported(probe.get(), opcode) != 0;
  }
  return known;
}

}  // namespace

mended::mended(std::unique_ptr<backend> ring, const known_operations& known)
    : ring_(std::move(ring)), known_(known) {}

bool mended::push(const entry& what, std::uint64_t user_data) noexcept {
  const io_uring_sqe& sqe = *what.sqe();
  const bool cancel = sqe.opcode == IORING_OP_ASYNC_CANCEL;
  if (cancel ? rest_.has(sqe.addr) : !known_[sqe.opcode]) {
    return rest_.push(what, user_data);
  }
  return ring_->push(what, user_data);
}

// One poll of the set of all that wait in it.
void mended::watch() {
  if (watching_ || rest_.idle()) return;
  entry poll;
  io_uring_prep_poll_add(poll.sqe(), rest_.descriptor(), POLLIN);
  watching_ = ring_->push(poll, watch_data);
}

void mended::flush() noexcept {
  rest_.flush();
  watch();
  ring_->flush();
}

void mended::wait(std::int64_t timeout) noexcept {
  rest_.flush();
  watch();
  if (rest_.has_completions() || (!watching_ && !rest_.idle())) {
    ring_->flush();
  } else {
    ring_->wait(timeout);
    rest_.flush();
  }
}

bool mended::pending() const noexcept {
  return ring_->pending() || !rest_.idle();
}

unsigned mended::reap(std::span<completion> into) noexcept {
  unsigned count = ring_->reap(into);
  const auto end = into.begin() + count;
  const auto kept = std::remove_if(into.begin(), end, [](const completion& c) {
    return c.user_data == watch_data;
  });
  if (kept != end) watching_ = false;
  count = static_cast<unsigned>(kept - into.begin());
  return count + rest_.reap(into.subspan(count));
}

void mended::leave_to_parent() noexcept {
  rest_.leave_to_parent();
  ring_->leave_to_parent();
}

std::unique_ptr<backend> make_mended_ring() {
  std::unique_ptr<backend> ring = make_ring();
  static const known_operations known = ask_kernel();
  const auto knows = [](int opcode) {
    return known[static_cast<std::size_t>(opcode)];
  };
  // Without a probe the kernel is older than any that is supported.
  if (known.none() || std::ranges::all_of(used, knows)) return ring;
  return std::make_unique<mended>(std::move(ring), known);
}

}  // namespace green::hub
