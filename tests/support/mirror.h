// SPDX-License-Identifier: MIT
//
// The mirror test, one line a function:
//
//   static_assert(tests::mirrors(green::recv, ::recv));
//
// says that green's function has the original's parameters, and that awaiting
// it gives the original's type. A name with several overloads is cast to the
// one that is meant.
#pragma once

#include <concepts>

#include "green/core/awaitable.h"

namespace tests {

template <class Awaitable, class Result>
concept gives = green::core::awaitable<Awaitable> &&
                std::same_as<green::core::await_result_t<Awaitable>, Result>;

template <class Awaitable, class Result, class... Parameters>
consteval bool mirrors(Awaitable (*)(Parameters...),
                       Result (*)(Parameters...)) {
  return gives<Awaitable, Result>;
}

/// The same for functions like printf.
template <class Awaitable, class Result, class... Parameters>
consteval bool mirrors(Awaitable (*)(Parameters..., ...),
                       Result (*)(Parameters..., ...)) {
  return gives<Awaitable, Result>;
}

/// The same for member functions of two classes.
template <class Awaitable, class Mirror, class Result, class Original,
          class... Parameters>
consteval bool mirrors(Awaitable (Mirror::*)(Parameters...),
                       Result (Original::*)(Parameters...)) {
  return gives<Awaitable, Result>;
}

}  // namespace tests
