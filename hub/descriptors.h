// SPDX-License-Identifier: MIT
#pragma once

#include <vector>

namespace green::hub {

class close_wait;

/// What the kernel does for a green thread with a descriptor.
class descriptor_user {
 public:
  /// close(2) ends it, and waits until one_ended is called.
  virtual void end_for_close(close_wait& closer) noexcept = 0;

 protected:
  ~descriptor_user() = default;

 private:
  friend class descriptors;

  descriptor_user* before_ = nullptr;  // in the descriptor's list
  descriptor_user* after_ = nullptr;
};

/// The users of each descriptor, so that close can end them by themselves: a
/// cancel by descriptor would hit whoever reuses the number.
class descriptors {
 public:
  /// Makes room for `fd`, so that add can't fail. False when it is no
  /// descriptor, but a number that would take much memory.
  bool reserve(int fd) {
    return static_cast<std::size_t>(fd) < slots_.size() || grow(fd);
  }
  bool closing(int fd) const noexcept { return slot_of(fd).closing; }
  void set_closing(int fd, bool closing) noexcept {
    slot_of(fd).closing = closing;
  }

  void add(int fd, descriptor_user& user) noexcept;
  void remove(int fd, descriptor_user& user) noexcept;

  /// Goes through the users of `fd`, any of which may be removed meanwhile;
  /// nullptr at their end.
  descriptor_user* first(int fd) noexcept {
    cursor_ = slot_of(fd).first;
    return next();
  }
  descriptor_user* next() noexcept {
    descriptor_user* const user = cursor_;
    if (user != nullptr) cursor_ = user->after_;
    return user;
  }

 private:
  struct slot {
    descriptor_user* first = nullptr;
    bool closing = false;
  };

  slot& slot_of(int fd) noexcept {
    return slots_[static_cast<std::size_t>(fd)];
  }
  const slot& slot_of(int fd) const noexcept {
    return slots_[static_cast<std::size_t>(fd)];
  }
  bool grow(int fd);

  std::vector<slot> slots_;
  descriptor_user* cursor_ = nullptr;
};

}  // namespace green::hub
