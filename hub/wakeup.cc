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

static_assert(completion::more_to_come == IORING_CQE_F_MORE);

loop::wakeup::wakeup()
    : request(poll_), fd_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  if (fd_ < 0) {
    throw std::system_error(errno, std::generic_category(), "green: eventfd");
  }
  io_uring_prep_poll_multishot(poll_.sqe(), fd_, POLLIN);
}

loop::wakeup::~wakeup() { leave_to_parent(); }

void loop::wakeup::leave_to_parent() noexcept {
  if (fd_ >= 0) ::close(std::exchange(fd_, -1));
}

void loop::wakeup::ring() const noexcept {
  const std::uint64_t one = 1;
  [[maybe_unused]] const ssize_t written = ::write(fd_, &one, sizeof one);
}

// The request goes on by itself; this is its end.
void loop::wakeup::completed(std::int32_t) {
  if (ending_) return;
  std::uint64_t count;
  [[maybe_unused]] const ssize_t n = ::read(fd_, &count, sizeof count);
  loop::here().submit(*this);
}

entry cancel_entry(std::uint64_t user_data) noexcept {
  entry cancel;
  io_uring_prep_cancel64(cancel.sqe(), user_data, 0);
  return cancel;
}

}  // namespace green::hub
