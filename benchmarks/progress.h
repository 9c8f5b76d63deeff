// SPDX-License-Identifier: MIT
#pragma once

#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <string>

#include <fmt/core.h>
#include "benchmarks/clock.h"

namespace benchmarks {

/// Tells on stderr what is being done: on a terminal one line that changes,
/// elsewhere a line for each step when it is done.
class progress_line {
 public:
  explicit progress_line(unsigned steps)
      : steps_(steps), terminal_(isatty(STDERR_FILENO) == 1) {}
  progress_line(const progress_line&) = delete;
  progress_line& operator=(const progress_line&) = delete;
  ~progress_line() { clear(); }

  void begin(const std::string& what) {
    ++step_;
    what_ = what;
    shown_at_ = 0;
  }

  void show(const std::string& doing, double share) {
    const std::int64_t now = steady_now();
    if (!terminal_ || now - shown_at_ < 100'000'000) return;
    shown_at_ = now;
    fmt::print(stderr, "\r\033[K[{}/{}] {}: {} {:.0f} %", step_, steps_, what_,
               doing, share * 100);
    std::fflush(stderr);
  }

  void end(const std::string& result) {
    if (terminal_) return;
    fmt::print(stderr, "[{}/{}] {}: {}\n", step_, steps_, what_, result);
  }

  /// Something that stays on the screen.
  void say(const std::string& text) {
    clear();
    fmt::print(stderr, "{}\n", text);
  }

  void clear() {
    if (terminal_ && step_ > 0) fmt::print(stderr, "\r\033[K");
    std::fflush(stderr);
  }

 private:
  unsigned steps_;
  unsigned step_ = 0;
  bool terminal_;
  std::string what_;
  std::int64_t shown_at_ = 0;
};

}  // namespace benchmarks
