// SPDX-License-Identifier: MIT
//
// gevent.local: a variable of which each green thread has one of its own.
//
//   static green::local<std::string> user;
//   *user = "me";
//   auto other = green::spawn([] {
//     *user = "you";
//     std::puts(user->c_str());       // you
//   });
//   co_await other.join();
//   std::puts(user->c_str());         // me
//
// No function here waits, so a kill or timeout has no part in them
// (docs/contract.md). All threads may use one local at the same time.
#pragma once

#include <functional>
#include <memory>
#include <type_traits>
#include <utility>

#include "green/core/callable.h"
#include "green/core/green_thread.h"

namespace green {

/// The part of local that does not depend on its type. A key is used once in
/// the life of the process. So no local takes a value for its own that another
/// one has left behind.
class local_base {
 public:
  local_base(const local_base&) = delete;
  local_base& operator=(const local_base&) = delete;

  /// Has this green thread a value?
  bool has_value() const noexcept { return find() != nullptr; }
  /// Destroys the value of this green thread. The next use makes another.
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

/// gevent.local.local: a T for each green thread. A T is made on its first use
/// there, and destroyed when the green thread has ended. Outside of any green
/// thread, the OS thread has one. The local may be destroyed before the values.
template <class T>
class local : public local_base {
 public:
  /// Each value is T().
  local()
    requires std::is_default_constructible_v<T>
  = default;
  /// Each value is factory(), called in the green thread that needs it.
  template <class F>
  explicit local(F factory) {
    constexpr bool called = std::is_invocable_v<F&>;
    constexpr bool waits =
        core::gives_awaitable<F&> && !std::is_same_v<core::called_t<F&>, T>;
    constexpr bool right = std::is_invocable_r_v<T, F&> && !waits;
    static_assert(!waits,
                  "a factory is a plain function, which cannot wait: await "
                  "the value before, and write `*x = value;`");
    static_assert(right || waits || !called,
                  "a factory returns the value of a local");
    if constexpr (right) {
      factory_ = std::move(factory);
    } else if constexpr (!called) {
      core::direct_call<F&>::refuse();
    }
  }

  /// The value of this green thread. Throws the exception of its constructor
  /// or of the factory.
  T& operator*() const {
    if (local_value* const found = find()) {
      return static_cast<value*>(found)->held;
    }
    value* const made = make();
    keep(*made);
    return made->held;
  }
  /// The same.
  T* operator->() const { return std::addressof(this->operator*()); }

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
      if (!static_cast<bool>(factory_)) return new value;
    }
    return new value(factory_);
  }

  std::function<T()> factory_;
};

}  // namespace green
