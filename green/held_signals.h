// SPDX-License-Identifier: MIT
#pragma once

#include <signal.h>

namespace green {

/// The mask of this thread as the program has set it: without what sigsuspend
/// holds back.
sigset_t program_mask() noexcept;

/// While it lives, signals are blocked for the thread, so that sigsuspend can
/// see them come and let their handlers run. Several count for each signal.
class held_signals {
 public:
  /// Holds those of `set` that the program has not blocked itself.
  explicit held_signals(const sigset_t& set) noexcept;
  held_signals(const held_signals&) = delete;
  held_signals& operator=(const held_signals&) = delete;
  ~held_signals();

 private:
  sigset_t set_;
};

/// Nobody holds any: for a child of fork, where their holders are not.
void release_held_signals() noexcept;

}  // namespace green
