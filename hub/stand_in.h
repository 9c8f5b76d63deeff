// SPDX-License-Identifier: MIT
#pragma once

#include <sys/socket.h>

#include <optional>

#include "green/core/runnable.h"

namespace green::hub {

/// Takes the system's place on one OS thread, where a backend alone does not
/// see a call. A simulation has one.
class stand_in {
 public:
  stand_in(const stand_in&) = delete;
  stand_in& operator=(const stand_in&) = delete;

  /// That of the calling thread; mostly null.
  static stand_in* here() noexcept { return here_; }
  /// Makes this the calling thread's.
  void take_place() noexcept { here_ = this; }

  /// Runs a helper thread's job, a call of `what`, later and on this thread.
  /// Throws std::bad_alloc.
  virtual void help(core::runnable& job, const char* what) = 0;
  /// bind(2) and setsockopt(2): the result and errno; none: the system is to
  /// make the call.
  virtual std::optional<int> bind(int fd, const sockaddr* address,
                                  socklen_t length) noexcept = 0;
  virtual std::optional<int> set_socket_option(int fd, int level,
                                               int option) noexcept = 0;
  /// Called before an OS thread of the library's own is started. Throws.
  virtual void start_thread(const char* what) = 0;

 protected:
  stand_in() noexcept = default;
  ~stand_in() = default;

 private:
  static inline constinit thread_local stand_in* here_ = nullptr;
};

}  // namespace green::hub
