// SPDX-License-Identifier: MIT
#pragma once

#include <stdio.h>

namespace green::patcher {

class fiber;

/// The lock of a stream in a scope that does not wait, unless somebody else has
/// it: another thread, or another fiber of this one.
class held_stream {
 public:
  held_stream(FILE* stream, const fiber& me) noexcept;
  held_stream(const held_stream&) = delete;
  held_stream& operator=(const held_stream&) = delete;
  ~held_stream();

  explicit operator bool() const noexcept { return stream_ != nullptr; }

 private:
  FILE* const stream_;
};

/// The lock of a stream for what a helper thread does for a fiber. One that the
/// fiber has already, by flockfile, is lent: it would be waited for for ever.
class lent_stream {
 public:
  lent_stream(FILE* stream, const fiber& me) noexcept;
  lent_stream(const lent_stream&) = delete;
  lent_stream& operator=(const lent_stream&) = delete;
  ~lent_stream();

  // On the helper thread:

  void lock() noexcept;
  void unlock() noexcept;

 private:
  FILE* const stream_;
  void* const lender_;  // the fiber's thread; null: it has no lock
};

}  // namespace green::patcher
