// SPDX-License-Identifier: MIT
#pragma once

#include <stdio.h>

#include <string>

#include "green/core/permits.h"
#include "green/core/queue_wait.h"

namespace green {

/// A place in the queue of the green threads that use a stream, of all hubs.
/// A call of several steps takes its turn, and keeps it to its end. So such
/// calls follow each other in the order of their coming.
class stream_turn {
 public:
  /// Goes to the end of the queue.
  explicit stream_turn(FILE* stream);
  stream_turn(const stream_turn&) = delete;
  stream_turn& operator=(const stream_turn&) = delete;
  ~stream_turn();

  /// Is a call of several steps under way or waiting?
  static bool taken(const FILE* stream) noexcept;

  class [[nodiscard("co_await it")]] turn_wait final : public core::queue_wait {
   public:
    explicit turn_wait(stream_turn& owner) noexcept;
    void await_resume();
    void describe(std::string& out) const override;

   private:
    bool try_now() override;

    stream_turn& owner_;
  };
  /// Waits until it is its turn.
  turn_wait wait() noexcept { return turn_wait(*this); }

 private:
  FILE* const stream_;
  core::permits& turn_;
  bool mine_ = false;
};

}  // namespace green
