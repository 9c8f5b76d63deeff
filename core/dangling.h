// SPDX-License-Identifier: MIT
#pragma once

#include <type_traits>

namespace green::core {

/// Would a parameter P refer to a temporary that A is converted into? The test
/// is a const volatile reference, which binds to an existing object alone.
template <class P, class A>
consteval bool binds_temporary() {
  using wanted = std::remove_cvref_t<P>;
  using given = std::remove_cvref_t<A>;
  if constexpr (!std::is_reference_v<P> || !std::is_object_v<wanted> ||
                std::is_array_v<wanted> || std::is_same_v<wanted, given>) {
    return false;
  } else if constexpr (std::is_class_v<wanted> && std::is_class_v<given> &&
                       std::is_convertible_v<given*, const wanted*>) {
    return false;  // of a derived class
  } else if constexpr (std::is_lvalue_reference_v<P>) {
    return !std::is_convertible_v<A, const volatile wanted&>;
  } else {
    return true;
  }
}

/// Would a function that returns an R refer to an object of its own after
/// `return value;`, where value is a U? A compiler takes a local variable for
/// an rvalue there.
template <class R, class U>
concept refers_to_its_own =
    std::is_lvalue_reference_v<R> &&
    (!std::is_lvalue_reference_v<U> || binds_temporary<R, U>());

}  // namespace green::core
