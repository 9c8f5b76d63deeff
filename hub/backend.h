// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>

#include "green/hub/entry.h"

namespace green::hub {

/// A hub gives entries to its backend and takes completions from it. Only the
/// hub's thread calls these functions. The backends are the ring
/// (hub/ring.cc), the poller, and `mended`, which has both.
class backend {
 public:
  static constexpr std::int64_t no_moment = INT64_MAX;

  virtual ~backend() = default;

  /// Takes an entry. False: there is no room before the next flush.
  virtual bool push(const entry& what, std::uint64_t user_data) noexcept = 0;
  /// Submits the entries that were pushed and collects completions, without
  /// waiting.
  virtual void flush() noexcept = 0;
  /// Does the same and waits up to `timeout` ns for a completion.
  /// pthread_cancel may unwind the call.
  virtual void wait(std::int64_t timeout) = 0;
  /// On virtual time, when nothing is ready: when does the backend itself go
  /// on? Only a kernel that is simulated knows. A moment that has come: it has
  /// completions, or looks again.
  virtual std::int64_t next_moment() noexcept { return no_moment; }
  /// Can a request end though no green thread runs and no timer fires?
  virtual bool open_world() const noexcept { return true; }
  /// Is there something for flush to do?
  virtual bool pending() const noexcept = 0;
  /// Moves completions into the span; returns how many.
  virtual unsigned reap(std::span<completion> into) noexcept = 0;
  /// Tells that the descriptor was closed, or belongs to a new file.
  virtual void forget(int) noexcept {}
  /// Can it wait for a child? A ring can from Linux 6.7 on.
  virtual bool has_waitid() const noexcept { return false; }
  /// Called in a child of fork: closes the backend's descriptors there. All
  /// else belongs to the parent. Afterwards the backend may only be destroyed.
  virtual void leave_to_parent() noexcept = 0;
};

/// Makes a ring for this thread. If rings are refused, throws a
/// std::system_error that says why, and how to allow them.
std::unique_ptr<backend> make_ring();

/// Makes the best backend that the system allows: a ring, else the poller. The
/// environment can decide by GREEN_BACKEND=io_uring or GREEN_BACKEND=epoll.
std::unique_ptr<backend> make_backend();

/// From now on, make_backend on this thread calls the maker, unless the maker
/// is empty. So a test replaces the real kernel by its own.
using backend_maker = std::function<std::unique_ptr<backend>()>;
void set_backend_maker(backend_maker maker);

}  // namespace green::hub
