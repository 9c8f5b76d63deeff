// SPDX-License-Identifier: MIT
#include "green/hub/wakeup.h"

#include <liburing.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

namespace green::hub {

void wakeup::open() {
  fd_ = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (fd_ < 0) {
    throw std::system_error(errno, std::generic_category(), "green: eventfd");
  }
  io_uring_prep_poll_multishot(poll_.sqe(), fd_, POLLIN);
}

void wakeup::leave_to_parent() noexcept {
  if (fd_ >= 0) ::close(std::exchange(fd_, -1));
}

void wakeup::ring() const noexcept {
  const std::uint64_t one = 1;
  [[maybe_unused]] const ssize_t written = ::write(fd_, &one, sizeof one);
}

// A multishot poll ends, for example, when the kernel has no memory. Whatever
// was written by then is read, so that the new poll waits for more.
bool wakeup::completed(std::int32_t) {
  if (ending_) return false;
  std::uint64_t count;
  [[maybe_unused]] const ssize_t n = ::read(fd_, &count, sizeof count);
  return true;
}

}  // namespace green::hub
