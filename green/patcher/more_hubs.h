// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <utility>

#include "green/core/scheduler.h"
#include "green/patcher/report.h"

/// The hubs that run the threads of patched code beside the hub of their maker.
/// See spread_threads.
namespace green::patcher::more_hubs {

/// A hub, and how many made threads live there.
struct load;

/// The hub of a made thread, which counts there until its end.
class place {
 public:
  /// The thread counts nowhere.
  explicit place(core::scheduler& hub) noexcept : hub_(&hub) {}
  explicit place(std::shared_ptr<load> at) noexcept;
  place(place&& other) noexcept : hub_(other.hub_), at_(std::move(other.at_)) {}
  place& operator=(place&&) = delete;
  ~place() { leave(); }

  core::scheduler& hub() const noexcept { return *hub_; }
  /// The thread has ended. From any thread.
  void leave() noexcept;

 private:
  core::scheduler* hub_;
  std::shared_ptr<load> at_;
};

/// From now on, next() chooses among so many hubs: the caller's, and others.
/// From any thread.
void use(unsigned hubs, spread how) noexcept;

/// The hub of the caller stays until the process ends, so that threads of other
/// hubs may have their threads there.
void keep_this_hub();

/// The hub for a thread that the calling one makes. Starts the others on first
/// use, and tells on stderr if the system has no threads for some of them.
/// Throws std::bad_alloc.
place next();

/// In a child of fork: the other hubs do not exist there, and next() starts
/// them again.
void forget() noexcept;

}  // namespace green::patcher::more_hubs
