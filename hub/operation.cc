// SPDX-License-Identifier: MIT
#include "green/hub/operation.h"

#include <fmt/format.h>

#include <atomic>
#include <cerrno>
#include <iterator>
#include <new>
#include <utility>

#include "green/hub/loop.h"
#include "green/hub/opcodes.h"
#include "green/hub/socket_timeout.h"
#include "green/hub/stand_in.h"
#include "green/hub/this_hub.h"
#include "green/hub/transfer.h"
#include "green/hub/way.h"

namespace green::hub {

namespace {

bool cancelled(std::int32_t result) {
  return result == -ECANCELED || result == -EINTR;
}

bool is_part(const io_uring_sqe& sqe, std::int32_t done) {
  return done > 0 && static_cast<std::size_t>(done) < length_of(sqe);
}

void describe(const io_uring_sqe& sqe, std::string& out) {
  const int fd = descriptor_of(sqe);
  out += name_of(sqe);
  if (fd >= 0) fmt::format_to(std::back_inserter(out), "(fd {})", fd);
}

}  // namespace

bool may_drop(const entry& what) noexcept {
  std::string text;
  describe(*what.sqe(), text);
  return core::may_drop(text, &what);
}

operation_base::~operation_base() {
  if (in_flight()) core::destroyed_in_flight(*this, *thread_);
}

bool operation_base::start() {
  const int fd = descriptor_of(*entry_->sqe());
  if (fd >= 0) {
    descriptors& fds = loop::of(*thread_).fds();
    if (!fds.reserve(fd) || fds.closing(fd)) {
      value_ = -EBADF;
      return false;
    }
  }
  transferred_ = 0;
  limit_.reset();
  if (done_at_once()) return false;
  if (socket_timeouts_in_use.load(std::memory_order_relaxed) && !limit_time()) {
    value_ = total(-ENOMEM);
    return false;
  }
  if (fd >= 0) loop::of(*thread_).fds().add(fd, *this);
  loop::of(*thread_).submit(*this);
  return true;
}

bool operation_base::done_at_once() {
  const way chosen = way_of(*entry_);
  trial_ = chosen == way::trial;
  switch (chosen) {
    case way::ring:
      return false;
    case way::steps:
      entry_->do_in_steps(0);
      return false;
    case way::plain_call:
      loop::of(*thread_).count_call();
      value_ = perform(*entry_);
      loop::of(*thread_).count_done(entry_->sqe()->opcode);
      return true;
    case way::trial:
      if (!loop::of(*thread_).take_free_moment()) return false;
      loop::of(*thread_).count_call();
      return is_over(perform(*entry_));
    case way::nowait:
      if (stand_in::here() == nullptr) return moved_at_once();
      if (!ring_moves_alike(entry_->sqe()->fd)) entry_->do_in_steps(0);
      return false;
  }
  return false;
}

// A socket mostly has data when a program reads it, and room when it writes.
// Only the kernel looks at parts, because their address may be no memory.
bool operation_base::moved_at_once() {
  const int errno_before = errno;
  loop::of(*thread_).count_call();
  const std::int32_t moved = transfer_without_waiting(*entry_->sqe());
  const bool in_vain =
      moved == -EAGAIN || moved == -EINTR || moved == -EOPNOTSUPP;
  if (in_vain && !ring_moves_alike(entry_->sqe()->fd)) entry_->do_in_steps(0);
  errno = errno_before;
  return !in_vain && is_over(moved);
}

// Called with the result of a plain call. True: the wait is over.
bool operation_base::is_over(std::int32_t result) {
  if (goes_on(result)) return false;
  value_ = total(result);
  loop::of(*thread_).count_done(entry_->sqe()->opcode);
  return true;
}

// False: there is no memory for the timer. An exception would lose the parts of
// the call that are done.
bool operation_base::limit_time() noexcept try {
  const core::deadline end = socket_deadline(*entry_->sqe());
  if (!end.finite()) return true;
  limit_ = std::make_unique<time_limit>(*this);
  loop::of(*thread_).timers().arm(*limit_, end);
  return true;
} catch (const std::bad_alloc&) {
  limit_.reset();
  return false;
}

void operation_base::time_out() noexcept {
  out_of_time_ = true;
  cancel();
}

void operation_base::cancel() noexcept {
  // After the last completion there is nothing to cancel: that result stands.
  if (in_flight()) loop::of(*thread_).cancel(*this);
}

// signal(7): with a time limit of its own, a call on a socket is not restarted.
core::by_signal operation_base::ends_by_signal() const noexcept {
  if (!can_be_signalled(*entry_->sqe())) return core::by_signal::never;
  return limit_ == nullptr ? core::by_signal::unless_restarted
                           : core::by_signal::always;
}

void operation_base::end_by_signal() noexcept {
  signalled_ = true;
  cancel();
}

void operation_base::end_for_close(close_wait& closer) noexcept {
  closer_ = &closer;
  loop::of(*thread_).cancel(*this);
}

bool operation_base::completed(std::int32_t result) {
  if (goes_on(result)) return true;
  settle(result);
  return false;
}

// Must the entry be submitted again before the wait is over? A part that was
// transferred is moved from the result to the sum.
bool operation_base::goes_on(std::int32_t& result) {
  // EINTR is the kernel's own affair. Nor does a cancel count if the reason for
  // it is gone.
  if (cancelled(result)) return !must_end();
  io_uring_sqe& sqe = *entry_->sqe();
  const opcode& known = opcode_of(sqe);
  if (entry_->in_steps() || !known.has(opcode::sends_all)) return false;
  const bool partial = is_part(sqe, result);
  const bool must_wait = trial_ && result == -EAGAIN;
  if (!partial && !must_wait) return false;
  if (trial_ && !end_trial(*entry_)) return false;
  trial_ = false;
  const std::int32_t part = partial ? std::exchange(result, 0) : 0;
  transferred_ += part;
  if (partial && known.bytes == memory::buffer) {
    skip(sqe, static_cast<std::size_t>(part));
  } else if (partial || !ring_can_wait(sqe.fd)) {
    entry_->do_in_steps(static_cast<std::uint32_t>(transferred_));
  }
  return !must_end();
}

bool operation_base::must_end() const noexcept {
  return closer_ != nullptr || thread_->interrupted() || out_of_time_ ||
         signalled_;
}

// After a transfer of bytes, a later error does not show.
std::int32_t operation_base::total(std::int32_t result) const noexcept {
  if (transferred_ == 0) return result;
  return transferred_ + (result > 0 ? result : 0);
}

void operation_base::settle(std::int32_t result) noexcept {
  const int fd = descriptor_of(*entry_->sqe());
  if (fd >= 0) loop::of(*thread_).fds().remove(fd, *this);
  if (limit_ != nullptr) loop::of(*thread_).timers().cancel(*limit_);
  value_ = total(result);
  if (value_ == -EINVAL) value_ = as_system_call(*entry_, value_);
  outcome how = outcome::done;
  if (value_ < 0 && (cancelled(value_) || value_ == -EAGAIN)) {
    if (closer_ != nullptr) {
      value_ = -EBADF;
    } else if (thread_->interrupted()) {
      how = outcome::interrupted;
    } else if (out_of_time_) {
      value_ = -error_of_timeout(*entry_->sqe());
    } else if (signalled_) {
      value_ = -EINTR;
    }
  }
  end_wait(how);
  if (closer_ != nullptr) closer_->one_ended();
}

std::int32_t operation_base::finish() {
  check_interrupt();
  return outcome_ == outcome::interrupted ? -ECANCELED : value_;
}

std::int32_t operation_base::finish_posix() {
  const std::int32_t result = finish();
  if (result >= 0) return result;
  errno = -result;
  return -1;
}

void operation_base::describe(std::string& out) const {
  hub::describe(*entry_->sqe(), out);
}

bool close_wait::start() {
  descriptors& fds = loop::of(*thread_).fds();
  if (fd_ < 0) {
    error_ = EBADF;
    return false;
  }
  if (!fds.knows(fd_)) {  // nobody has ever waited for it
    close_descriptor();
    return false;
  }
  if (fds.closing(fd_)) {
    error_ = EBADF;
    return false;
  }
  remaining_ = 1;  // so that a wait that ends at once does not close it
  fds.set_closing(fd_, true);
  for (auto* user = fds.first(fd_); user != nullptr; user = fds.next()) {
    ++remaining_;
    user->end_for_close(*this);
  }
  if (--remaining_ != 0) return true;
  close_now();
  return false;
}

void close_wait::one_ended() noexcept {
  if (--remaining_ != 0) return;
  close_now();
  end_wait(outcome::done);
}

void close_wait::close_now() noexcept {
  loop::of(*thread_).fds().set_closing(fd_, false);
  close_descriptor();
}

void close_wait::close_descriptor() noexcept {
  // Linux has closed the descriptor even when it says EINTR.
  if (close_here(fd_) != 0 && errno != EINTR) error_ = errno;
}

int close_wait::await_resume() {
  if (error_ == 0) return 0;
  errno = error_;
  return -1;
}

void close_wait::describe(std::string& out) const {
  fmt::format_to(std::back_inserter(out), "close(fd {})", fd_);
}

}  // namespace green::hub
