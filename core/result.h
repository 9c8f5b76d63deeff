// SPDX-License-Identifier: MIT
#pragma once

#include <exception>
#include <functional>
#include <memory>
#include <type_traits>
#include <utility>
#include <variant>

namespace green::core {

/// The object that stands for a T where one is stored: a reference_wrapper for
/// a reference, a monostate for void.
template <class T>
struct kept {
  using type = T;
};
template <class T>
  requires std::is_reference_v<T>
struct kept<T> {
  using type = std::reference_wrapper<std::remove_reference_t<T>>;
};
template <class T>
  requires std::is_void_v<T>
struct kept<T> {
  using type = std::monostate;
};
template <class T>
using kept_t = typename kept<T>::type;

/// Gives a kept T as a T. An object is moved.
template <class T>
T give([[maybe_unused]] kept_t<T>& it) {
  if constexpr (std::is_reference_v<T>) {
    return static_cast<T>(it.get());
  } else if constexpr (!std::is_void_v<T>) {
    return std::move(it);
  }
}

/// The result of a call: a T, a T&, nothing, or an exception.
template <class T>
class result {
 public:
  result() noexcept {}
  result(const result&) = delete;
  result& operator=(const result&) = delete;
  ~result() {
    if (state_ == state::value) std::destroy_at(&value_);
    if (state_ == state::error) std::destroy_at(&error_);
  }

  template <class... U>
  void set(U&&... value) {
    std::construct_at(&value_, std::forward<U>(value)...);
    state_ = state::value;
  }
  /// Also in place of a value.
  void set_error(std::exception_ptr error) noexcept {
    if (state_ == state::value) std::destroy_at(&value_);
    std::construct_at(&error_, std::move(error));
    state_ = state::error;
  }
  /// Keeps what f() returns or throws.
  template <class F>
  void set_from(F&& f) noexcept {
    try {
      if constexpr (std::is_void_v<T>) {
        f();
        set();
      } else if constexpr (std::is_reference_v<T>) {
        T&& value = f();
        set(value);
      } else {
        set(f());
      }
    } catch (...) {
      set_error(std::current_exception());
    }
  }

  bool has_value() const noexcept { return state_ == state::value; }
  /// Moves the value out, or throws the exception. Called once.
  T take() {
    if (!has_value()) [[unlikely]] {
      std::rethrow_exception(std::exchange(error_, nullptr));
    }
    return give<T>(value_);
  }

 private:
  enum class state : unsigned char { none, value, error };

  union {
    kept_t<T> value_;
    std::exception_ptr error_;
  };
  state state_ = state::none;
};

}  // namespace green::core
