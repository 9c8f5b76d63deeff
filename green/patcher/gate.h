// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <cstdint>

namespace green::patcher {

/// The address range of a fiber's stack, by which a hook knows that it runs
/// there.
struct gate {
  std::uintptr_t stack = 0;  // its lowest address
  std::uintptr_t size = 0;

  bool holds(const void* p) const noexcept {
    return reinterpret_cast<std::uintptr_t>(p) - stack < size;
  }
};

/// The gate of the fiber whose code this thread runs. Null on the hub's stack,
/// inside a hook, and in a child of fork. Initial-exec: one load.
[[gnu::tls_model(
    "initial-exec")]] extern constinit thread_local gate* open_gate;

/// Fibers of this thread that have begun and not returned.
[[gnu::tls_model(
    "initial-exec")]] extern constinit thread_local unsigned fibers_alive;

/// May the call wait on a fiber? Not in a handler of signals that has a stack
/// of its own.
inline bool gate_open() noexcept {
  const gate* const open = open_gate;
  return open != nullptr && open->holds(__builtin_frame_address(0));
}

/// The number of slots that lead to hooks. The installer counts them; patched()
/// refuses while there are none. From any thread.
inline constinit std::atomic<std::int64_t> patched_slots = 0;

inline void note_patched(std::int64_t slots) noexcept {
  patched_slots.fetch_add(slots, std::memory_order_relaxed);
}
inline bool anything_patched() noexcept {
  return patched_slots.load(std::memory_order_relaxed) > 0;
}

/// Does every signal of a condition variable pass a hook? So it is while all
/// loaded objects have the hooks of group thread.
inline constinit std::atomic<bool> sees_all_signals = false;

/// Each patched() calls it before its function runs, on the hub's stack. The
/// installer then looks for objects that were loaded since. Null: nothing to
/// do.
inline constinit std::atomic<void (*)()> before_patched = nullptr;

/// Calls it, if it is set.
inline void look_at_objects() {
  if (void (*const look)() = before_patched.load(std::memory_order_acquire)) {
    look();
  }
}

}  // namespace green::patcher
