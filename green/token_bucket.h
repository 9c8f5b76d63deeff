// SPDX-License-Identifier: MIT
//
// Limits a rate: so many in a second, and so many at once after a pause.
//
//   green::token_bucket requests(100, 10);  // 100 a second, 10 at once
//   co_await requests.take();
//   if (!requests.try_take(5)) std::puts("too many");
//   green::token_bucket bytes(1e6, 64'000);
//   co_await bytes.take(1500);
//
// A kill or timeout is thrown in take, and takes nothing (docs/contract.md).
// Every other function may be called from any thread.
#pragma once

#include <cstddef>
#include <cstdint>

#include "green/core/deadline.h"
#include "green/core/permits.h"
#include "green/core/spin_lock.h"
#include "green/task.h"

namespace green {

/// A bucket that holds `burst` tokens, begins full, and gets `rate` tokens a
/// second. Green threads of any hub take from it, in the order of their coming.
class token_bucket {
 public:
  /// Throws std::invalid_argument unless both are positive and finite.
  token_bucket(double rate, double burst);
  token_bucket(const token_bucket&) = delete;
  token_bucket& operator=(const token_bucket&) = delete;

  /// Waits until there are n tokens, and takes them. Throws
  /// std::invalid_argument if n is more than the bucket holds.
  task<> take(double n = 1);
  /// The same; false, and nothing is taken, if the deadline passes first.
  task<bool> take(double n, core::deadline until);
  /// Takes n tokens if they are there, and nobody waits.
  bool try_take(double n = 1);

  /// The tokens that there are now.
  double tokens() const noexcept;
  /// The tokens that come in a second.
  double rate() const noexcept { return rate_; }
  /// The most tokens that there can be.
  double burst() const noexcept { return burst_; }

 private:
  class waiting;

  std::int64_t time_for(double tokens) const noexcept;
  std::int64_t checked_time_for(double tokens) const;
  std::int64_t take_locked(std::int64_t cost) noexcept;
  bool take_at_once(std::int64_t cost) noexcept;
  task<bool> wait_and_take(std::int64_t cost, core::deadline until);

  const double rate_;
  const double burst_;
  const std::int64_t filling_;    // the time in which it gets `burst` tokens
  core::permits turn_{1};         // of the one that waits for tokens
  mutable core::spin_lock lock_;  // for what follows
  std::int64_t full_at_;          // or has been since
  std::size_t waiting_ = 0;
};

}  // namespace green
