// SPDX-License-Identifier: MIT
#pragma once

#include <signal.h>

namespace green {

/// The mask of this thread as the program has set it, without the signals that
/// sigsuspend holds back, and with those that lift_block has let through.
sigset_t program_mask() noexcept;

/// Lets a signal through, if the program blocks it on this thread, until
/// block_lifted was called as often. A child of fork blocks it again.
void lift_block(int signal) noexcept;
void block_lifted(int signal) noexcept;

/// Is the signal a fault of the thread? The kernel ends a process that blocks
/// such a signal when it comes.
bool is_fault(int signal) noexcept;

/// Blocks signals for the thread while it lives: those that sigsuspend waits
/// for, and those that a mask blocks during a wait. Each signal counts its
/// holders. A child of fork starts without any.
class held_signals {
 public:
  /// Holds signals that the program has not blocked: those of `awaited`, and
  /// those of `mask` that are no faults.
  held_signals(const sigset_t& awaited, const sigset_t& mask) noexcept;
  explicit held_signals(const sigset_t& mask) noexcept;
  held_signals(const held_signals&) = delete;
  held_signals& operator=(const held_signals&) = delete;
  ~held_signals();

 private:
  sigset_t set_;
};

}  // namespace green
