// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <cstdint>

#include "green/core/deadline.h"
#include "green/core/task.h"

/// Where fibers wait for what C code knows by its address: a mutex, a condition
/// variable, a futex. Whoever sets it free through a hook, on any thread, wakes
/// them; as others may set it free past the hooks, they also look now and then.
namespace green::patcher::lot {

/// While one lives, who sets something free looks whether somebody waits.
class interest {
 public:
  interest() noexcept { there_is.fetch_add(1); }
  interest(const interest&) = delete;
  interest& operator=(const interest&) = delete;
  ~interest() { there_is.fetch_sub(1); }

  static bool any() noexcept {
    return there_is.load(std::memory_order_relaxed) != 0;
  }

 private:
  static inline constinit std::atomic<unsigned> there_is = 0;
};

/// Changes with each wake: read it before looking at what is waited for.
unsigned turn(const void* key) noexcept;

/// Waits until somebody wakes the key, or did since `seen`; or the deadline.
/// Gives 0. Only with an interest.
core::task<int> wait(const void* key, unsigned seen, const char* what,
                     core::deadline until);

/// The same, but looks again after a pause that grows with `round` to 10 ms.
core::task<int> wait_a_while(const void* key, unsigned seen, const char* what,
                             unsigned round, core::deadline until);

/// Wakes one that waits, or all; false when nobody does. From any thread.
bool wake_waiters(const void* key, bool all) noexcept;

inline bool wake(const void* key, bool all = false) noexcept {
  return interest::any() && wake_waiters(key, all);
}

}  // namespace green::patcher::lot
