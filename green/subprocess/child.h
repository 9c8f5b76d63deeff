// SPDX-License-Identifier: MIT
#pragma once

#include <sys/types.h>

#include <memory>
#include <optional>
#include <utility>

#include "green/core/deadline.h"
#include "green/task.h"
#include "green/unique_fd.h"

namespace green::subprocess {

/// A process that was started and must be reaped. poll or a wait reaps it, else
/// the destructor leaves that to others, so that it never stays a zombie.
class child {
 public:
  child() noexcept = default;
  child(const child&) = delete;
  child& operator=(const child&) = delete;
  /// Leaves a child that still runs to a green thread of this hub. If the hub
  /// ends first, the next start of a child reaps it.
  ~child();

  /// Takes over a child that was just started.
  void adopt(pid_t pid, unique_fd pidfd) noexcept {
    pid_ = pid;
    pidfd_ = std::move(pidfd);
  }

  pid_t pid() const noexcept { return pid_; }
  /// The status that poll or a wait has found.
  std::optional<int> returncode() const noexcept { return returncode_; }
  /// waitid(2) without a wait. The exit status, or -N when signal N ended the
  /// child; 0 when somebody else has reaped it.
  std::optional<int> poll() noexcept;
  /// False when the deadline passed first. The handle may be destroyed
  /// meanwhile.
  static task<bool> wait(std::shared_ptr<child> which, core::deadline until);
  /// pidfd_send_signal(2). Does nothing to a child that has ended.
  void send_signal(int number);

 private:
  pid_t pid_ = -1;
  unique_fd pidfd_;
  unsigned waiting_ = 0;  // who use the descriptor
  std::optional<int> returncode_;
};

/// Reaps children that were left and have ended meanwhile.
void reap_orphans() noexcept;

}  // namespace green::subprocess
