// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <cstdint>
#include <string>

#include "green/core/green_thread.h"

namespace green::core {

/// The holder of a lock: a green thread, or an OS thread outside of any. It is
/// known by data that outlive it. Only the holder of the lock changes this. Any
/// thread may read it at any time.
class lock_holder {
 public:
  constexpr lock_holder() noexcept = default;

  /// The id of the green thread. For an OS thread, a number that no green
  /// thread has. 0 when nobody holds the lock.
  std::uint64_t id() const noexcept {
    return id_.load(std::memory_order_relaxed);
  }
  /// The id that the caller would have as a holder.
  static std::uint64_t caller() noexcept;

  /// The name of the caller.
  static std::string name_of_caller();

  void set(const green_thread& thread) noexcept {
    home_.store(&thread.home(), std::memory_order_relaxed);
    spawned_at_.store(thread.spawned_at(), std::memory_order_relaxed);
    id_.store(thread.id(), std::memory_order_relaxed);
  }
  void set_caller() noexcept;
  void clear() noexcept { id_.store(0, std::memory_order_relaxed); }

  /// Appends the name, or the little that is known on the hub that asks.
  void describe(std::string& out, scheduler* asking) const;

  /// Called before the lock is given back. Aborts, naming both, unless the
  /// caller holds it. A lock whose green thread has ended is anybody's. Gives
  /// true, for assert().
  bool expect_caller(const char* kind, const void* lock) const noexcept {
    if (id() != caller()) [[unlikely]]
      expect_orphan(kind, lock);
    return true;
  }

 private:
  bool has_ended() const noexcept;
  green_thread* known_to(scheduler* asking) const noexcept;
  void expect_orphan(const char* kind, const void* lock) const noexcept;

  std::atomic<std::uint64_t> id_ = 0;
  std::atomic<const scheduler*> home_ = nullptr;
  std::atomic<site> spawned_at_ = site();
};

/// Appends ", held by ...", or nothing when nobody holds the lock.
void describe_holder(std::string& out, const green_thread& asking,
                     const lock_holder& holder);

}  // namespace green::core
