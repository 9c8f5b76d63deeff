// SPDX-License-Identifier: MIT
#pragma once

namespace green::core {

/// The addresses to which the running functions return, the innermost first.
struct native_stack {
  static constexpr unsigned most = 12;

  bool operator==(const native_stack& other) const noexcept;

  unsigned size = 0;
  const void* calls[most] = {};
};

/// Follows the frame pointers that begin at `frame`, which takes some
/// nanoseconds. Functions without a frame pointer are passed over, or end the
/// walk. Nothing but the stack of this OS thread is read.
void follow_frames(const void* frame, native_stack& found) noexcept;

}  // namespace green::core
