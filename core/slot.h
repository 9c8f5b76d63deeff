// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <type_traits>
#include <utility>

namespace green::core {

/// A T, or none. An std::optional says much about T to the compiler, which
/// costs each caller of spawn a part of the time of compilation. Its operator*
/// also looks in the namespaces of all types that T is made of. That would
/// complete those types, and a user's type may be one that cannot be completed.
template <class T>
class slot {
 public:
  slot() noexcept {}
  template <class... From>
  explicit slot(std::in_place_t, From&&... from) {
    emplace(std::forward<From>(from)...);
  }
  slot(slot&& other) noexcept(std::is_nothrow_move_constructible_v<T>) {
    if (other.full_) emplace(std::move(other.value_));
  }
  slot& operator=(slot&&) = delete;
  ~slot() { reset(); }

  /// Only while there is none.
  template <class... From>
  void emplace(From&&... from) {
    std::construct_at(std::addressof(value_), std::forward<From>(from)...);
    full_ = true;
  }
  void reset() noexcept {
    if (!std::exchange(full_, false)) return;
    std::destroy_at(std::addressof(value_));
  }

  bool has_value() const noexcept { return full_; }
  /// Only while there is one.
  T& get() noexcept { return value_; }
  const T& get() const noexcept { return value_; }

 private:
  union {
    T value_;
  };
  bool full_ = false;
};

}  // namespace green::core
