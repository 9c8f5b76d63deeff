// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "green/core/type_id.h"

namespace green::core {

struct promise_base;

/// While it lives, this OS thread destroys a coroutine that does not run any
/// more. The awaitables that go with it need not have been awaited.
class dropping {
 public:
  dropping() noexcept { begin(true); }
  dropping(const dropping&) = delete;
  dropping& operator=(const dropping&) = delete;
  ~dropping() { end(true); }

  static bool here() noexcept { return depth_ != 0; }
  /// The same without a scope, in an assert(), if `so` is true.
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

/// Called in an assert() when an awaitable is destroyed that nobody has
/// awaited. That is a mistake. It ends the process, unless a coroutine is
/// dropped with the awaitable or an exception is on its way. Else gives true.
/// The report has the line that made it, which call_places knows by `key`.
bool may_drop(const std::string& what, const void* key) noexcept;
bool may_drop(const type_id& wait, const void* key) noexcept;
bool may_drop(const promise_base& coroutine) noexcept;

/// Says on stderr that a task was dropped before it ran, and names its
/// function. Once for each function, with the same excuses.
void report_drop(const promise_base& coroutine) noexcept;

/// Called for an awaitable whose holder need not await it, as when_any.
template <class A>
void leave_unawaited(A& awaitable) noexcept {
  if constexpr (requires { awaitable.leave_unawaited(); }) {
    awaitable.leave_unawaited();
  }
}

}  // namespace green::core
