// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <type_traits>

namespace green::core {

/// The base of every awaitable, an A whose co_await gives an R. It makes an
/// awaitable in place of its result an error: in a condition, a comparison, an
/// initialiser. Compilers show the deleted function's line, which says what is
/// missing. A base of its own for each type keeps the base empty.
template <class A, class R = void>
class needs_co_await {
 public:
  operator bool() const = delete;  // co_await is missing in front of the call
  // No bool is compared with nullptr.
  bool operator==(std::nullptr_t) const = delete;  // co_await is missing
};
template <class A, class R>
  requires std::is_pointer_v<R>
class needs_co_await<A, R> {
 public:
  operator bool() const = delete;  // co_await is missing in front of the call
  operator R() const = delete;     // co_await is missing in front of the call
};

}  // namespace green::core
