// SPDX-License-Identifier: MIT
#include "green/unique_fd.h"

#include <unistd.h>

#include <cerrno>

namespace green {

void unique_fd::reset(int fd) noexcept {
  const int old = std::exchange(fd_, fd);
  if (old < 0) return;
  const int error = errno;
  ::close(old);
  errno = error;
}

}  // namespace green
