// SPDX-License-Identifier: MIT
#include "green/hub/helper_call.h"

#include <liburing.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

#include "green/hub/perform.h"

namespace green::hub {

namespace {

template <class T>
T* pointer(std::uint64_t address) {
  return reinterpret_cast<T*>(address);
}

// A connect that waits for one tick of the kernel's clock, and then goes on
// without the caller.
class impatience {
 public:
  explicit impatience(int fd) noexcept : fd_(fd) {
    socklen_t size = sizeof before_;
    ::getsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &before_, &size);
    const timeval tick{.tv_sec = 0, .tv_usec = 1};
    ::setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &tick, sizeof tick);
  }
  impatience(const impatience&) = delete;
  impatience& operator=(const impatience&) = delete;
  ~impatience() {
    ::setsockopt(fd_, SOL_SOCKET, SO_SNDTIMEO, &before_, sizeof before_);
  }

 private:
  const int fd_;
  timeval before_{};
};

}  // namespace

helper_results::helper_results() : bell_(::eventfd(0, EFD_CLOEXEC)) {
  if (bell_ < 0) {
    throw std::system_error(errno, std::generic_category(), "green: eventfd");
  }
}

helper_results::~helper_results() {
  while (helper_call* const call = done_.pop_front()) call->unref();
  close_bell();
}

void helper_results::close_bell() noexcept {
  if (bell_ >= 0) ::close(std::exchange(bell_, -1));
}

void helper_results::put(helper_call& done) noexcept {
  done.ref();
  const std::lock_guard guard(mutex_);
  const bool first = done_.empty();
  done_.push_back(done);
  if (!first) return;
  const std::uint64_t one = 1;
  [[maybe_unused]] const ssize_t written = ::write(bell_, &one, sizeof one);
}

void helper_results::take(core::list<helper_call>& into) noexcept {
  const std::lock_guard guard(mutex_);
  if (done_.empty()) return;
  std::uint64_t count;
  [[maybe_unused]] const ssize_t got = ::read(bell_, &count, sizeof count);
  into.splice(done_);
}

helper_call::helper_call(const entry& what,
                         std::shared_ptr<helper_results> results, void* who)
    : owner(who), entry_(what), results_(std::move(results)) {
  struct stat file{};
  if (can_be_left() && ::fstat(what.sqe()->fd, &file) == 0) {
    listener_device_ = file.st_dev;
    listener_ = file.st_ino;
  }
}

helper_call::~helper_call() {
  if (entry_.sqe()->opcode == IORING_OP_ACCEPT && result_ >= 0) {
    ::close(result_);
  }
}

bool helper_call::stop() noexcept {
  stage expected = stage::queued;
  if (stage_.compare_exchange_strong(expected, stage::stopped)) return true;
  left_.store(true);
  return false;
}

bool helper_call::can_be_left() const noexcept {
  return entry_.sqe()->opcode == IORING_OP_ACCEPT;
}

bool helper_call::accepts_from(int fd) const noexcept {
  struct stat file{};
  return ::fstat(fd, &file) == 0 && file.st_dev == listener_device_ &&
         file.st_ino == listener_;
}

void helper_call::work() noexcept {
  stage expected = stage::queued;
  if (!stage_.compare_exchange_strong(expected, stage::running)) return;
  switch (entry_.sqe()->opcode) {
    case IORING_OP_ACCEPT:
      result_ = accept();
      break;
    case IORING_OP_CONNECT:
      result_ = connect();
      break;
    default:
      result_ = hub::perform(entry_);
  }
  // Only the hub may hold the results, or they would ring their own bell.
  std::shared_ptr<helper_results> results = std::move(results_);
  results->put(*this);
}

std::int32_t helper_call::accept() noexcept {
  const io_uring_sqe& sqe = *entry_.sqe();
  const int fd = ::accept4(sqe.fd, reinterpret_cast<sockaddr*>(&peer_),
                           &peer_size_, static_cast<int>(sqe.accept_flags));
  return fd < 0 ? -errno : fd;
}

// A Unix socket cannot say when the other's queue has room.
std::int32_t helper_call::connect() noexcept {
  const impatience briefly(entry_.sqe()->fd);
  for (;;) {
    const std::int32_t result = hub::perform(entry_);
    if (result != -EAGAIN) return result;
    if (left_.load()) return -ECANCELED;
  }
}

std::int32_t helper_call::take(const entry& asked) noexcept {
  const std::int32_t result = std::exchange(result_, -1);
  const io_uring_sqe& sqe = *asked.sqe();
  if (sqe.opcode != IORING_OP_ACCEPT || result < 0 || sqe.addr == 0) {
    return result;
  }
  auto* const address = pointer<sockaddr>(sqe.addr);
  auto* const size = pointer<socklen_t>(sqe.addr2);
  if (::getpeername(result, address, size) == 0) return result;
  if (errno == ENOTCONN) {  // it has left already
    std::memcpy(address, &peer_, std::min(*size, peer_size_));
    *size = peer_size_;
    return result;
  }
  const int error = errno;
  ::close(result);
  return -error;
}

}  // namespace green::hub
