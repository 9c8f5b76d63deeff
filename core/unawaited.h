// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <typeinfo>

namespace green::core {

struct promise_base;

/// While it lives, what this OS thread destroys need not have been awaited: it
/// belongs to a coroutine that does not run any more.
class dropping {
 public:
  dropping() noexcept { begin(true); }
  dropping(const dropping&) = delete;
  dropping& operator=(const dropping&) = delete;
  ~dropping() { end(true); }

  static bool here() noexcept { return depth_ != 0; }
  /// The same without a scope, if it is so, in an assert().
  static bool begin(bool so) noexcept {
    depth_ += so ? 1 : 0;
    return true;
  }
  static bool end(bool so) noexcept {
    depth_ -= so ? 1 : 0;
    return true;
  }

 private:
  static inline constinit thread_local unsigned depth_ = 0;
};

/// An awaitable is destroyed that nobody has awaited. That is a mistake, and
/// ends the process, unless a coroutine is dropped with it or an exception is
/// on its way. Gives true: to be asked in an assert(), which costs nothing in
/// builds with NDEBUG.
bool may_drop(const std::string& what) noexcept;
bool may_drop(const std::type_info& wait) noexcept;
bool may_drop(const promise_base& coroutine) noexcept;

/// Of an awaitable that was handed to somebody who need not await it: the
/// losers of when_any.
template <class A>
void leave_unawaited(A& awaitable) noexcept {
  if constexpr (requires { awaitable.leave_unawaited(); }) {
    awaitable.leave_unawaited();
  }
}

}  // namespace green::core
