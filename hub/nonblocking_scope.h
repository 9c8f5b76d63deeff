// SPDX-License-Identifier: MIT
#pragma once

#include <cerrno>

#include "green/core/fork_mutex.h"

namespace green::hub {

/// To be held while a nonblocking_scope lives, of which there is one at a time.
extern core::fork_mutex nonblocking_mutex;

/// While it lives, the file that is open under this number has O_NONBLOCK. So
/// one system call on it does not wait. All that share the file see the flag,
/// but for flags_of.
class nonblocking_scope {
 public:
  explicit nonblocking_scope(int fd) noexcept;
  nonblocking_scope(const nonblocking_scope&) = delete;
  nonblocking_scope& operator=(const nonblocking_scope&) = delete;
  ~nonblocking_scope();

  /// 0; or the reason why the flag is not set.
  int error() const noexcept { return error_; }

 private:
  const int fd_;
  const int before_;
  int error_ = 0;
};

/// F_GETFL of fcntl(2), without what another hub's scope sets for a moment.
int flags_of(int fd) noexcept;

}  // namespace green::hub
