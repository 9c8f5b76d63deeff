// SPDX-License-Identifier: MIT
#pragma once

namespace green::core {

/// A value that a thread keeps for a `local` or its like, destroyed at the end
/// of the thread.
struct local_value {
  local_value() = default;
  local_value(const local_value&) = delete;
  local_value& operator=(const local_value&) = delete;
  virtual ~local_value() = default;

  const void* key = nullptr;
  local_value* next = nullptr;
};

/// The values of one thread, in the order of their coming. They are few, and
/// most threads have none, so that this is one pointer.
class local_values {
 public:
  constexpr local_values() noexcept = default;
  local_values(const local_values&) = delete;
  local_values& operator=(const local_values&) = delete;

  void push_back(local_value& value) noexcept {
    local_value** end = &first_;
    while (*end != nullptr) end = &(*end)->next;
    *end = &value;
  }

  /// The first value, taken out; null when there is none.
  local_value* pop_front() noexcept {
    local_value* const value = first_;
    if (value != nullptr) remove(*value);
    return value;
  }

  /// Takes out a value, which has to be here.
  void remove(local_value& value) noexcept {
    local_value** place = &first_;
    while (*place != &value) place = &(*place)->next;
    *place = value.next;
    value.next = nullptr;
  }

  template <class F>
  void for_each(F&& f) {
    for (local_value* i = first_; i != nullptr;) {
      local_value* const following = i->next;  // f may take the value out
      f(*i);
      i = following;
    }
  }

 private:
  local_value* first_ = nullptr;
};

}  // namespace green::core
