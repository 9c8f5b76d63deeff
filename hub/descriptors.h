// SPDX-License-Identifier: MIT
#pragma once

#include <vector>

namespace green::hub {

class operation_base;
class close_wait;

/// The operations in flight on each descriptor, so that close can end them by
/// themselves: a cancel by descriptor would hit whoever reuses the number.
class descriptors {
 public:
  /// Makes room for `fd`, so that add can't fail.
  void reserve(int fd) {
    if (static_cast<std::size_t>(fd) >= slots_.size()) grow(fd);
  }
  bool closing(int fd) const noexcept { return slot_of(fd).closing; }
  void set_closing(int fd, bool closing) noexcept {
    slot_of(fd).closing = closing;
  }

  void add(int fd, operation_base& op) noexcept;
  void remove(int fd, operation_base& op) noexcept;
  operation_base* first(int fd) const noexcept { return slot_of(fd).first; }

 private:
  struct slot {
    operation_base* first = nullptr;
    bool closing = false;
  };

  slot& slot_of(int fd) noexcept {
    return slots_[static_cast<std::size_t>(fd)];
  }
  const slot& slot_of(int fd) const noexcept {
    return slots_[static_cast<std::size_t>(fd)];
  }
  void grow(int fd);

  std::vector<slot> slots_;
};

}  // namespace green::hub
