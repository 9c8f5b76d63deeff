// SPDX-License-Identifier: MIT
#pragma once

#include <signal.h>
#include <time.h>

#include <atomic>
#include <cstdint>
#include <memory>
#include <vector>

#include "green/core/scheduler_ref.h"

namespace green {

class signal_place;

/// The signals that end a process: the first one is noted, and the second one
/// ends the process at once, in the handler, even if a green thread computes.
class ending {
 public:
  /// After the first signal, the process has `limit` nanoseconds to live; none
  /// if that is infinite. `number` is one of the signals. Throws
  /// std::system_error.
  ending(int number, std::int64_t limit);
  ending(const ending&) = delete;
  ending& operator=(const ending&) = delete;
  ~ending();

  /// The first signal; 0 before.
  int first() const noexcept { return first_.load(); }
  /// In the handler.
  void came(int number, bool by_timer) noexcept;

 private:
  std::atomic<int> first_ = 0;
  bool limited_ = false;
  timer_t timer_{};
  itimerspec limit_{};
};

/// Tells this thread's hub of each coming of a signal while it lives. There may
/// be several for a signal, of any hub, and each is told. The first of them
/// installs a handler, and lets the signal through where this thread blocks it;
/// the last of them puts both back. It belongs to its hub's thread, and has an
/// effect no longer than that thread or, in a child of fork, not at all.
class signal_registration {
 public:
  /// Throws std::system_error if the signal can have no handler.
  explicit signal_registration(int number, ending* end = nullptr);
  signal_registration(const signal_registration&) = delete;
  signal_registration& operator=(const signal_registration&) = delete;
  virtual ~signal_registration();

  /// The signal has come so often since the last call. On the hub, outside of
  /// green threads.
  virtual void came(unsigned times) noexcept = 0;

 private:
  friend class signal_place;

  const int number_;
  core::scheduler_ref hub_;  // the hub waits for signals, so is not deadlocked
  signal_place* place_;      // null once it has no effect any more
};

/// While it lives, the process ignores a signal, unless there is a registration
/// of the signal.
class ignored_signal {
 public:
  explicit ignored_signal(int number);
  ignored_signal(const ignored_signal&) = delete;
  ignored_signal& operator=(const ignored_signal&) = delete;
  ~ignored_signal();

  /// Was it ignored before?
  bool before() const noexcept { return before_; }

 private:
  const int number_;
  bool before_ = false;
};

/// Was the signal ignored before the first registration of it? Callable between
/// fork and exec, where a handler becomes the default and that is to be ignored
/// again.
bool ignored_but_for_registrations(int number) noexcept;

}  // namespace green
