// SPDX-License-Identifier: MIT
#include "green/hub/operation.h"

#include <fcntl.h>
#include <liburing.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <utility>

#include "green/hub/loop.h"
#include "green/hub/perform.h"
#include "green/hub/socket_timeout.h"
#include "green/hub/this_hub.h"

namespace green::hub {

namespace {

constexpr auto at_file_position = static_cast<std::uint64_t>(-1);

loop& hub_of(const core::green_thread& thread) {
  return static_cast<loop&>(thread.home());
}

bool cancelled(std::int32_t result) {
  return result == -ECANCELED || result == -EINTR;
}

// A send of any length is first tried without waiting, so that it need not ask
// for O_NONBLOCK, and goes on until everything is sent, as send(2) does.
bool begins_with_trial(const io_uring_sqe& sqe) {
  return sqe.opcode == IORING_OP_SEND && (sqe.msg_flags & MSG_DONTWAIT) == 0;
}

// The ring of Linux 6.1 says EINVAL where sendmsg(2) says EMSGSIZE. The message
// itself was readable, else it would be EFAULT.
bool has_too_many_parts(const io_uring_sqe& sqe) {
  const bool message =
      sqe.opcode == IORING_OP_SENDMSG || sqe.opcode == IORING_OP_RECVMSG;
  return message &&
         reinterpret_cast<const msghdr*>(sqe.addr)->msg_iovlen > IOV_MAX;
}

bool sends_all(const io_uring_sqe& sqe) {
  return sqe.opcode == IORING_OP_SEND || sqe.opcode == IORING_OP_WRITE;
}

bool is_part(const io_uring_sqe& sqe, std::int32_t written) {
  std::size_t length = sqe.len;
  if (sqe.opcode == IORING_OP_WRITEV) {
    const auto* const parts = reinterpret_cast<const iovec*>(sqe.addr);
    length = 0;
    for (unsigned i = 0; i < sqe.len; ++i) length += parts[i].iov_len;
  }
  return static_cast<std::size_t>(written) < length;
}

// So much of a file is not to be copied in the hub's own time, though it may be
// in memory: 4 MiB take it half a millisecond.
bool is_much_of_a_file(const io_uring_sqe& sqe) {
  constexpr unsigned much = 4 << 20;
  const bool copies =
      sqe.opcode == IORING_OP_READ || sqe.opcode == IORING_OP_WRITE;
  struct stat file{};
  return copies && sqe.len >= much && ::fstat(sqe.fd, &file) == 0 &&
         S_ISREG(file.st_mode);
}

bool writes_at_position(const io_uring_sqe& sqe) {
  const bool writes =
      sqe.opcode == IORING_OP_WRITE || sqe.opcode == IORING_OP_WRITEV;
  return writes && sqe.off == at_file_position;
}

void describe(const io_uring_sqe& sqe, std::string& out) {
  const int fd = descriptor_of(sqe);
  out += name_of(sqe);
  if (fd >= 0) out += "(fd " + std::to_string(fd) + ")";
}

}  // namespace

bool is_nonblocking(int fd) noexcept {
  const int flags = ::fcntl(fd, F_GETFL);
  return flags >= 0 && (flags & O_NONBLOCK) != 0;
}

bool may_drop(const entry& what) noexcept {
  std::string text;
  describe(*what.sqe(), text);
  return core::may_drop(text);
}

operation_base::~operation_base() {
  if (in_flight()) core::destroyed_in_flight(*this, *thread_);
}

bool operation_base::start() {
  io_uring_sqe& sqe = *entry_->sqe();
  const int fd = descriptor_of(sqe);
  if (fd >= 0) {
    descriptors& fds = hub_of(*thread_).fds();
    if (!fds.reserve(fd) || fds.closing(fd)) {
      value_ = -EBADF;
      return false;
    }
  }
  transferred_ = 0;
  position_ = writes_at_position(sqe) ? ::lseek(fd, 0, SEEK_CUR) : -1;
  limit_.reset();
  trial_ = begins_with_trial(sqe);
  if (trial_) {
    sqe.msg_flags |= MSG_DONTWAIT;
    if (hub_of(*thread_).take_free_moment()) {
      std::int32_t result = perform(*entry_);
      if (!goes_on(result)) {
        value_ = total(result);
        return false;
      }
    }
  } else if (can_wait(sqe) && is_nonblocking(sqe.fd)) {
    value_ = perform(*entry_);
    return false;
  } else if (is_much_of_a_file(sqe)) {
    sqe.flags |= IOSQE_ASYNC;
  }
  if (socket_timeouts_in_use.load(std::memory_order_relaxed)) limit_time();
  if (fd >= 0) hub_of(*thread_).fds().add(fd, *this);
  submit();
  return true;
}

void operation_base::limit_time() {
  const core::deadline end = socket_deadline(*entry_->sqe());
  if (!end.finite()) return;
  limit_ = std::make_unique<time_limit>(*this);
  hub_of(*thread_).timers().arm(*limit_, end);
}

void operation_base::time_limit::ring(core::timer& t) {
  auto& limit = static_cast<time_limit&>(t);
  limit.passed = true;
  limit.owner.cancel();
}

void operation_base::submit() { hub_of(*thread_).submit(*this); }

void operation_base::cancel() noexcept {
  // Null when the last completion has come: that result stands.
  if (in_flight()) hub_of(*thread_).cancel(*this);
}

void operation_base::end_for_close(close_wait& closer) noexcept {
  closer_ = &closer;
  hub_of(*thread_).cancel(*this);
}

void operation_base::completed(std::int32_t result) {
  if (position_ >= 0 && result > 0 && is_part(*entry_->sqe(), result)) {
    mend_position(result);
  }
  if (goes_on(result)) {
    submit();
  } else {
    settle(result);
  }
}

// Of a write that met an error after a part, Linux 6.18's rings leave the
// file's position where it was: what follows would overwrite the part.
void operation_base::mend_position(std::int32_t result) noexcept {
  const int fd = entry_->sqe()->fd;
  if (::lseek(fd, 0, SEEK_CUR) == position_) {
    const bool appends = (::fcntl(fd, F_GETFL) & O_APPEND) != 0;
    ::lseek(fd, appends ? 0 : position_ + result,
            appends ? SEEK_END : SEEK_SET);
  }
  position_ += result;
}

// Is there more to do before the wait is over? A part that was transferred is
// moved from the result to the sum.
bool operation_base::goes_on(std::int32_t& result) {
  if (cancelled(result)) {
    // With nobody left who asked, the cancel is void; EINTR is the kernel's
    // own affair.
    return closer_ == nullptr && !thread_->interrupted() && !out_of_time();
  }
  io_uring_sqe& sqe = *entry_->sqe();
  if (!sends_all(sqe)) return false;
  const bool partial = result > 0 && static_cast<unsigned>(result) < sqe.len;
  const bool must_wait = trial_ && result == -EAGAIN;
  if (!partial && !must_wait) return false;
  if (trial_ ? is_nonblocking(sqe.fd)
             : (sqe.msg_flags & MSG_DONTWAIT) != 0 &&
                   sqe.opcode == IORING_OP_SEND) {
    return false;
  }
  if (trial_) sqe.msg_flags &= ~static_cast<unsigned>(MSG_DONTWAIT);
  trial_ = false;
  if (partial) {
    const auto part = static_cast<unsigned>(std::exchange(result, 0));
    transferred_ += static_cast<std::int32_t>(part);
    sqe.addr += part;
    sqe.len -= part;
    if (sqe.opcode == IORING_OP_WRITE && sqe.off != at_file_position) {
      sqe.off += part;
    }
  }
  return closer_ == nullptr && !thread_->interrupted() && !out_of_time();
}

// What was transferred is never lost behind a later error.
std::int32_t operation_base::total(std::int32_t result) const noexcept {
  if (transferred_ == 0) return result;
  return transferred_ + (result > 0 ? result : 0);
}

void operation_base::settle(std::int32_t result) noexcept {
  const int fd = descriptor_of(*entry_->sqe());
  if (fd >= 0) hub_of(*thread_).fds().remove(fd, *this);
  if (limit_ != nullptr) hub_of(*thread_).timers().cancel(*limit_);
  value_ = total(result);
  if (value_ == -EINVAL && has_too_many_parts(*entry_->sqe())) {
    value_ = -EMSGSIZE;
  }
  outcome how = outcome::done;
  if (value_ < 0 && (cancelled(value_) || value_ == -EAGAIN)) {
    if (closer_ != nullptr) {
      value_ = -EBADF;
    } else if (thread_->interrupted()) {
      how = outcome::interrupted;
    } else if (out_of_time()) {
      value_ = -error_of_timeout(*entry_->sqe());
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
  descriptors& fds = hub_of(*thread_).fds();
  if (fd_ < 0) {
    error_ = EBADF;
    return false;
  }
  if (!fds.reserve(fd_) || fds.closing(fd_)) {
    error_ = EBADF;
    return false;
  }
  remaining_ = 1;  // so that what ends at once doesn't close too early
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
  hub_of(*thread_).fds().set_closing(fd_, false);
  // Linux has closed the descriptor even when it says EINTR.
  if (close_here(fd_) != 0 && errno != EINTR) error_ = errno;
}

int close_wait::await_resume() {
  if (error_ == 0) return 0;
  errno = error_;
  return -1;
}

void close_wait::describe(std::string& out) const {
  out += "close(fd " + std::to_string(fd_) + ")";
}

}  // namespace green::hub
