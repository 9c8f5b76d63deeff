// SPDX-License-Identifier: MIT
#include "green/hub/mended.h"

#include <poll.h>

#include <algorithm>
#include <cstddef>
#include <utility>

#include "green/core/made_once.h"
#include "green/hub/ftruncate.h"
#include "green/hub/named_call.h"
#include "green/hub/opcodes.h"

namespace green::hub {

namespace {

known_operations ask_kernel() noexcept {
  known_operations known;
  const std::unique_ptr<io_uring_probe, void (*)(io_uring_probe*)> probe(
      io_uring_get_probe(), &io_uring_free_probe);
  // Without a probe the kernel is older than any that is supported.
  if (probe == nullptr) {
    return known.set().reset(waitid_opcode).reset(ftruncate_opcode);
  }
  for (std::size_t i = 0; i < known.size(); ++i) {
    known[i] = io_uring_opcode_supported(probe.get(), static_cast<int>(i)) != 0;
  }
  return known;
}

}  // namespace

mended::mended(std::unique_ptr<backend> ring, const known_operations& known)
    : ring_(std::move(ring)),
      known_(known_operations(known).reset(named_call_opcode)) {}

bool mended::push(const entry& what, std::uint64_t user_data) noexcept {
  const io_uring_sqe& sqe = *what.sqe();
  const bool cancel = opcode_of(sqe).steps == family::cancel;
  const bool by_ring =
      cancel ? !rest_.has(sqe.addr) : known_[sqe.opcode] && !what.in_steps();
  return by_ring ? ring_->push(what, user_data) : rest_.push(what, user_data);
}

// The ring polls the poller's epoll set, in which all its entries wait.
void mended::watch() {
  if (watching_ || rest_.idle()) return;
  entry poll;
  io_uring_prep_poll_add(poll.sqe(), rest_.descriptor(), POLLIN);
  watching_ = ring_->push(poll, tag::poller_ready);
}

void mended::flush() noexcept {
  if (!rest_.idle()) {
    rest_.flush();
    watch();
  }
  ring_->flush();
}

void mended::wait(std::int64_t timeout) {
  if (rest_.idle()) return ring_->wait(timeout);
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
  if (rest_.idle() && !watching_) return count;
  const auto end = into.begin() + count;
  const auto kept = std::remove_if(into.begin(), end, [](const completion& c) {
    return c.user_data == tag::poller_ready;
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
  static constinit core::made_once<known_operations> known;
  return std::make_unique<mended>(std::move(ring), known.get(ask_kernel));
}

}  // namespace green::hub
