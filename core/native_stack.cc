// SPDX-License-Identifier: MIT
#include "green/core/native_stack.h"

#include <algorithm>
#include <cstdint>

#include "green/core/system.h"

namespace green::core {

bool native_stack::operator==(const native_stack& other) const noexcept {
  return std::equal(calls, calls + size, other.calls, other.calls + other.size);
}

// A frame begins with the address of the frame below it and the address to
// return to, on x86-64 and on arm64.
[[gnu::no_sanitize_address, gnu::no_sanitize_thread]] void follow_frames(
    const void* frame, native_stack& found) noexcept {
  constexpr std::uintptr_t words = 2 * sizeof(void*);
  static constinit thread_local stack_bounds stack;
  if (stack.end == 0) [[unlikely]]
    stack = own_stack();
  auto at = reinterpret_cast<std::uintptr_t>(frame);
  std::uintptr_t before = stack.begin;
  found.size = 0;
  while (found.size != native_stack::most && at > before &&
         at % sizeof(void*) == 0 && at <= stack.end - words) {
    const void* const* const pair = reinterpret_cast<const void**>(at);
    if (pair[1] == nullptr) return;
    found.calls[found.size++] = pair[1];
    before = at;
    at = reinterpret_cast<std::uintptr_t>(pair[0]);
  }
}

}  // namespace green::core
