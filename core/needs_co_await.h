// SPDX-License-Identifier: MIT
#pragma once

#include <type_traits>

namespace green::core {

/// Stands in the message of a switch. Of a class with one conversion alone,
/// clang would say no more than that it is no integer.
enum class co_await_is_missing;

/// The base of every awaitable, an A whose co_await gives an R. It makes an
/// awaitable in place of its result an error: in a condition, a comparison, an
/// initialiser. Compilers show the deleted function's line, which says what is
/// missing. A base of its own for each type keeps the base empty.
template <class A, class R = void>
class needs_co_await {
 public:
  operator bool() const = delete;  // co_await is missing in front of the call
  operator co_await_is_missing() const = delete;
  template <class T>
  bool operator==(const T&) const = delete;  // co_await is missing
  template <class T>
  bool operator<=>(const T&) const = delete;  // co_await is missing
};
/// The same where the result is a pointer.
template <class A, class R>
  requires std::is_pointer_v<R>
class needs_co_await<A, R> : public needs_co_await<A> {
 public:
  operator R() const = delete;  // co_await is missing in front of the call
};

}  // namespace green::core
