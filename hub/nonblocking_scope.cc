// SPDX-License-Identifier: MIT
#include "green/hub/nonblocking_scope.h"

#include <fcntl.h>

#include <atomic>
#include <mutex>

namespace green::hub {

namespace {

// Odd while there is a scope.
constinit std::atomic<unsigned> beginnings_and_ends = 0;

}  // namespace

constinit core::fork_mutex nonblocking_mutex;

nonblocking_scope::nonblocking_scope(int fd) noexcept
    : fd_(fd), before_(::fcntl(fd, F_GETFL)) {
  ++beginnings_and_ends;
  const bool changes = before_ >= 0 && (before_ & O_NONBLOCK) == 0;
  if (before_ < 0 ||
      (changes && ::fcntl(fd, F_SETFL, before_ | O_NONBLOCK) != 0)) {
    error_ = errno;
  }
}

nonblocking_scope::~nonblocking_scope() {
  const bool changed = error_ == 0 && (before_ & O_NONBLOCK) == 0;
  const int errno_of_call = errno;
  if (changed) ::fcntl(fd_, F_SETFL, before_);
  errno = errno_of_call;
  ++beginnings_and_ends;
}

int flags_of(int fd) noexcept {
  const unsigned before = beginnings_and_ends;
  const int flags = ::fcntl(fd, F_GETFL);
  if (flags < 0 || (flags & O_NONBLOCK) == 0) return flags;
  if (before % 2 == 0 && beginnings_and_ends == before) return flags;
  const std::lock_guard guard(nonblocking_mutex);
  return ::fcntl(fd, F_GETFL);
}

}  // namespace green::hub
