// SPDX-License-Identifier: MIT
#include "green/unique_fd.h"

#include <cerrno>

#include "green/hub/this_hub.h"

namespace green {

void unique_fd::reset(int fd) noexcept {
  const int old = std::exchange(fd_, fd);
  if (old < 0) return;
  const int error = errno;
  hub::close_here(old);
  errno = error;
}

}  // namespace green
