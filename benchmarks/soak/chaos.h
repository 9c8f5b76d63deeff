// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "benchmarks/soak/visitor.h"
#include "green/event.h"
#include "green/greenlet.h"

namespace benchmarks {

struct chaos_options {
  std::uint16_t port = 0;
  unsigned connections = 10'000;
  std::uint64_t seed = 1;
  std::chrono::milliseconds arrival{2000};  // within which all first come
  std::chrono::milliseconds pause{2000};    // at most, between two steps
};

/// So many clients of an echo server that come, talk, drip, stall, stand about,
/// are killed at their work, reset and go, at moments drawn from a seed; and
/// keep account of every byte.
class chaos {
 public:
  explicit chaos(const chaos_options& options);

  /// One client that is left out of the account; f is called while the server
  /// surely serves it.
  green::task<> try_once(std::function<void()> f);
  void start();
  /// Lets all end what they began, and go; false when some have not within the
  /// time.
  green::task<bool> end(std::chrono::seconds within);

  const visit_account& account() const noexcept { return account_; }
  unsigned connected() const noexcept { return connected_; }

 private:
  green::task<> client(visit_chances luck);
  green::task<> visit(visit_chances& luck);
  green::task<int> connect();

  const chaos_options options_;
  const visit_pattern pattern_;
  visit_account account_;
  std::uint32_t next_source_ = 0;
  unsigned connected_ = 0;
  green::event over_;
  std::vector<green::greenlet<>> clients_;
};

}  // namespace benchmarks
