// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <cstdint>

namespace green::patcher {

/// What a hook asks of the fiber that it may run on: where its stack is.
struct gate {
  std::uintptr_t stack = 0;  // its lowest address
  std::uintptr_t size = 0;

  bool holds(const void* p) const noexcept {
    return reinterpret_cast<std::uintptr_t>(p) - stack < size;
  }
};

/// The gate of the fiber whose own code this thread runs; null on the hub's
/// stack, inside a hook, and in a child of fork. Initial-exec: one load.
[[gnu::tls_model(
    "initial-exec")]] extern constinit thread_local gate* open_gate;

/// Is this a call that may wait on a fiber? Not in a handler of signals that
/// has a stack of its own.
inline bool gate_open() noexcept {
  const gate* const open = open_gate;
  return open != nullptr && open->holds(__builtin_frame_address(0));
}

/// The slots that lead to hooks now. The installer counts; patched() refuses
/// while there are none. From any thread.
inline constinit std::atomic<std::int64_t> patched_slots = 0;

inline void note_patched(std::int64_t slots) noexcept {
  patched_slots.fetch_add(slots, std::memory_order_relaxed);
}
inline bool anything_patched() noexcept {
  return patched_slots.load(std::memory_order_relaxed) > 0;
}

/// Called by each patched() before its function runs, on the hub's stack: the
/// installer's look at what has been loaded since. Null: nothing.
inline constinit std::atomic<void (*)()> before_patched = nullptr;

}  // namespace green::patcher
