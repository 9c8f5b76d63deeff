// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "green/event.h"
#include "green/task.h"
#include "green/unique_fd.h"

namespace benchmarks {

/// Chances drawn from a seed.
class visit_chances {
 public:
  explicit visit_chances(std::uint64_t seed) : engine_(seed) {}
  std::uint64_t next() { return engine_(); }
  std::size_t below(std::size_t bound) { return engine_() % bound; }
  std::chrono::microseconds up_to(std::chrono::microseconds most) {
    return std::chrono::microseconds(
        below(static_cast<std::size_t>(most.count()) + 1));
  }

 private:
  std::minstd_rand engine_;
};

/// What visitors did and saw, all together.
struct visit_account {
  std::uint64_t made = 0;     // connections
  std::uint64_t ordered = 0;  // ended by both sides, all bytes seen
  std::uint64_t reset = 0;    // by the visitor
  std::uint64_t killed = 0;   // at work, and then ended in order
  std::uint64_t stalled = 0;  // sent until nobody took it any more
  std::uint64_t sent = 0;     // on connections that were not reset
  std::uint64_t echoed = 0;
  std::uint64_t reset_bytes = 0;  // came back before a reset
  std::uint64_t errors = 0;       // that no visitor meant
  std::string first_error;

  void fail(const std::string& what) {
    if (errors++ == 0) first_error = what;
  }
};

/// Bytes whose place can be told: of a period that no buffer's size divides.
class visit_pattern {
 public:
  static constexpr std::size_t period = 65'521;
  static constexpr std::size_t longest = 16'384;

  visit_pattern();
  /// `longest` bytes from that place on.
  const char* at(std::uint64_t place) const {
    return bytes_.data() + place % period;
  }

 private:
  std::vector<char> bytes_;
};

/// One connection to an echo server, by who checks every byte.
class visitor {
 public:
  visitor(green::unique_fd fd, const visit_pattern& pattern,
          visit_account& account, visit_chances& luck, green::event& over,
          std::chrono::milliseconds pause)
      : fd_(std::move(fd)),
        pattern_(pattern),
        account_(account),
        luck_(luck),
        over_(over),
        pause_(pause),
        first_(luck.next()) {}
  visitor(const visitor&) = delete;
  visitor& operator=(const visitor&) = delete;

  /// Messages there and back, with pauses.
  green::task<> talk();
  /// A few bytes, one at a time.
  green::task<> drip();
  /// Sends without reading until a time limit ends that.
  green::task<> stall();
  /// Waits for what does not come.
  green::task<> stand_about();
  /// Is killed while it talks.
  green::task<> be_killed();

  /// Reads what is to come, and closes.
  green::task<> leave();
  /// Closes with a reset, in the middle of something.
  green::task<> reset();

 private:
  green::task<bool> send(std::size_t count);
  green::task<bool> receive(std::size_t count);
  green::task<ssize_t> receive_some(std::size_t most);
  green::task<> rest();
  void fail(const char* what);

  green::unique_fd fd_;
  const visit_pattern& pattern_;
  visit_account& account_;
  visit_chances& luck_;
  green::event& over_;
  const std::chrono::milliseconds pause_;
  const std::uint64_t first_;  // place of its first byte
  std::uint64_t sent_ = 0;
  std::uint64_t received_ = 0;
  bool failed_ = false;
  std::array<char, 2048> buffer_;
};

}  // namespace benchmarks
