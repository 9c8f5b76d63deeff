// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <vector>

namespace green::hub {

class close_wait;

/// A wait that uses a descriptor, in the list of that descriptor.
class descriptor_user {
 public:
  /// Called by close(2), which waits until the wait calls closer.one_ended().
  virtual void end_for_close(close_wait& closer) noexcept = 0;

 protected:
  ~descriptor_user() = default;

 private:
  friend class descriptors;

  descriptor_user* before_ = nullptr;  // in the descriptor's list
  descriptor_user* after_ = nullptr;
};

/// A wait that can be ended without a result and without an interrupt.
class endable {
 public:
  virtual void end_early() noexcept = 0;

 protected:
  ~endable() = default;
};

/// The users of each descriptor. close ends each of them by itself, because a
/// cancel by descriptor could hit the next file with the same number.
class descriptors {
 public:
  /// Makes room for `fd`, so that `add` cannot fail. False: the number is
  /// large, so that it would take much memory, and is no open descriptor.
  bool reserve(int fd) { return knows(fd) || grow(fd); }
  /// Has there ever been room for it? Else it has never had a user.
  bool knows(int fd) const noexcept {
    return static_cast<std::size_t>(fd) < slots_.size();
  }
  bool closing(int fd) const noexcept { return slot_of(fd).closing; }
  void set_closing(int fd, bool closing) noexcept {
    slot_of(fd).closing = closing;
  }

  void add(int fd, descriptor_user& user) noexcept;
  void remove(int fd, descriptor_user& user) noexcept;

  /// `first` and `next` go through the users of `fd`, any of which may be
  /// removed meanwhile. nullptr: there are no more.
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
