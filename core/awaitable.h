// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <type_traits>
#include <utility>

namespace green::core {

template <class A>
concept has_member_co_await =
    requires(A&& a) { std::forward<A>(a).operator co_await(); };

/// What `co_await` makes of its operand, awaiter or not.
template <class A>
decltype(auto) get_awaiter(A&& awaitable) {
  if constexpr (has_member_co_await<A>) {
    return std::forward<A>(awaitable).operator co_await();
  } else {
    return std::forward<A>(awaitable);
  }
}

/// What `co_await` gives for an A.
template <class A>
using await_result_t = decltype(get_awaiter(std::declval<A>()).await_resume());

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

/// What f(args...) gives in the end: its result, or what awaiting it gives.
template <class F, class... Args>
using call_result_t =
    typename call_result<std::invoke_result_t<F, Args...>>::type;

}  // namespace green::core
