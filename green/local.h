// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <type_traits>
#include <utility>

#include "green/core/green_thread.h"

namespace green {

/// The part of local that does not depend on its type. A key is used once in
/// the life of the process, so that what a local leaves behind is never taken
/// for another's.
class local_base {
 public:
  local_base(const local_base&) = delete;
  local_base& operator=(const local_base&) = delete;

  /// Has this green thread used it?
  bool has_value() const noexcept { return find() != nullptr; }
  /// Destroys what this green thread has; the next use makes it anew.
  void reset() const noexcept;

 protected:
  using local_value = core::green_thread::local_value;

  local_base() noexcept;
  ~local_base() = default;

  local_value* find() const noexcept;
  void keep(local_value& made) const noexcept;

 private:
  const void* const key_;
};

/// gevent.local.local: a T for each green thread, made on its first use there
/// and destroyed when the green thread has ended. Outside of any green thread,
/// one for each OS thread. The local may be used by all threads at once, and
/// may go before what it made.
template <class T>
class local : public local_base {
 public:
  /// Each is T().
  local()
    requires std::is_default_constructible_v<T>
  = default;
  /// Each is factory(), called in the green thread that needs it.
  template <class F>
    requires std::is_invocable_r_v<T, F&>
  explicit local(F factory) : factory_(std::move(factory)) {}

  T& operator*() const {
    if (local_value* const found = find()) {
      return static_cast<value*>(found)->held;
    }
    value* const made = make();
    keep(*made);
    return made->held;
  }
  T* operator->() const { return &**this; }

 private:
  struct value final : local_value {
    value()
      requires std::is_default_constructible_v<T>
        : held() {}
    explicit value(const std::function<T()>& factory) : held(factory()) {}
    T held;
  };

  value* make() const {
    if constexpr (std::is_default_constructible_v<T>) {
      if (!factory_) return new value;
    }
    return new value(factory_);
  }

  std::function<T()> factory_;
};

}  // namespace green
