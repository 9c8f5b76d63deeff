// SPDX-License-Identifier: MIT
#pragma once

#include <stdio.h>

namespace green::patcher {

class fiber;

/// Holds the lock of a stream in a scope. Does not wait unless another thread,
/// or another fiber of this one, has the lock.
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

/// Holds the lock of a stream while a helper thread works for a fiber. If the
/// fiber has the lock by flockfile, it is lent, because the helper would wait
/// for it for ever.
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
