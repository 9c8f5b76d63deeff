// SPDX-License-Identifier: MIT
#pragma once

#include <type_traits>
#include <utility>

namespace green::core {

template <class A>
concept has_member_co_await =
    requires(A&& a) { std::forward<A>(a).operator co_await(); };

/// The awaiter that `co_await` gets from its operand.
template <class A>
decltype(auto) get_awaiter(A&& awaitable) {
  if constexpr (has_member_co_await<A>) {
    return std::forward<A>(awaitable).operator co_await();
  } else {
    return std::forward<A>(awaitable);
  }
}

/// The type of `co_await a` for an A.
template <class A>
using await_result_t =
    decltype(core::get_awaiter(std::declval<A>()).await_resume());

template <class A>
concept awaitable = requires { typename await_result_t<A>; };

template <class R>
struct call_result {
  using type = R;
};
template <awaitable R>
struct call_result<R> {
  using type = await_result_t<R>;
};

}  // namespace green::core
