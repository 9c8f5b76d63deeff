// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>

namespace green::patcher {

/// A fiber's stack. Memory is used only where the stack was touched. Nobody can
/// touch the page below the stack.
class fiber_stack {
 public:
  static constexpr std::size_t usual = std::size_t{256} * 1024;
  static constexpr std::size_t least = std::size_t{16} * 1024;

  /// Has at least this many bytes. Throws std::bad_alloc.
  explicit fiber_stack(std::size_t bytes);
  fiber_stack(fiber_stack&& other) noexcept;
  fiber_stack& operator=(fiber_stack&&) = delete;
  ~fiber_stack();

  std::byte* bottom() const noexcept { return bottom_; }
  std::byte* top() const noexcept { return bottom_ + size_; }
  std::size_t size() const noexcept { return size_; }

  /// Gives the memory of all but the upper pages back to the system.
  void return_pages() const noexcept;

  /// Does the address lie in the page below a stack that begins there? Safe in
  /// handlers of signals, once there is a stack.
  static bool guards(std::uintptr_t bottom, const void* address) noexcept;
  /// The true size of a stack for this many bytes.
  static std::size_t rounded(std::size_t bytes) noexcept;

 private:
  std::byte* bottom_;
  std::size_t size_;
};

}  // namespace green::patcher
