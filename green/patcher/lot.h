// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

#include "green/core/parking_lot.h"
#include "green/patcher/fiber.h"

/// Fibers wait in core's parking lot for things that C code knows by address: a
/// mutex, a condition variable, a futex. Hooks wake all that wait there, on any
/// thread.
namespace green::patcher::lot {

inline std::uint64_t key_of(const void* thing) noexcept {
  return reinterpret_cast<std::uintptr_t>(thing);
}

inline unsigned turn(const void* thing) noexcept {
  return core::parking_lot::turn(key_of(thing));
}

inline core::task<> wait(const void* thing, unsigned seen, const char* what,
                         core::deadline until) {
  return core::parking_lot::wait(key_of(thing), seen, what, until);
}

inline core::task<> wait_a_while(const void* thing, unsigned seen,
                                 const char* what, unsigned round,
                                 core::deadline until) {
  return core::parking_lot::wait_a_while(key_of(thing), seen, what, round,
                                         until);
}

/// Wakes the first waiter, or all. False when nobody waits.
inline bool wake(const void* thing, bool all = false) noexcept {
  if (!core::parking_lot::anybody(key_of(thing))) return false;
  const shut_gate shut;
  return core::parking_lot::wake(key_of(thing), all);
}

}  // namespace green::patcher::lot
