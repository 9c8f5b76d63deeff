// SPDX-License-Identifier: MIT
//
// Awaitables of other libraries in a task, and how a kill reaches them.
//
//   struct squared {  // it knows nothing of green
//     int number;
//     bool await_ready() { return false; }
//     void await_suspend(std::coroutine_handle<> waiting) {
//       std::thread([waiting] { waiting.resume(); }).detach();
//     }
//     int await_resume() { return number * number; }
//   };
//   squared seven{7};
//   int first = co_await seven;  // the hub runs others meanwhile
//   auto make = [](std::stop_token) { return squared{3}; };
//   int second = co_await green::with_stop_token(make);
//   std::printf("%d %d\n", first, second);
//
// A foreign awaitable is any that is not green's: it has await_suspend for a
// std::coroutine_handle<>, or an operator co_await that gives such an object.
// The handle that it gets may be resumed on any thread, once. That posts the
// green thread to its hub. While the await lasts, a hub is not deadlocked.
//
// A kill or timeout that came before is thrown (docs/contract.md), and the
// awaitable is not asked. One that comes later stays pending, as in a shield,
// because the awaitable may use the memory of the coroutine. With a stop_token
// it also requests a stop. There are two ways to take a token:
// `await_suspend(handle, stop_token)` and with_stop_token. The await ends when
// the awaitable resumes. If it then throws a std::system_error of
// operation_canceled, the kill or timeout is thrown in place of that. After any
// other result the next await throws it.
//
// A handle that is destroyed in place of being resumed throws a
// std::system_error of operation_canceled at the await. A green thread that is
// still not resumed at the end of its hub is left as it is, and that is said on
// stderr. To await a callback, let it set a green::async_result. Senders of
// <execution> have no bridge: let a receiver set one, too.
#pragma once

#include <stop_token>
#include <type_traits>
#include <utility>

#include "green/core/awaiter_for.h"
#include "green/core/callable.h"
#include "green/core/foreign_wait.h"
#include "green/task.h"

namespace green {

/// A foreign awaitable A, and the source of the token that it was made with.
template <class A>
struct stoppable_awaitable {
  core::foreign_wait<A> operator co_await() const {
    return core::foreign_wait<A>(static_cast<A&&>(awaitable), &source);
  }

  std::remove_reference_t<A>& awaitable;
  std::stop_source& source;
};

/// The result of awaiting a foreign awaitable A.
template <class A>
using foreign_result_t =
    decltype(core::get_any_awaiter(std::declval<A>()).await_resume());

/// Awaits the foreign awaitable that f(stop_token) gives. A kill or timeout
/// requests a stop.
template <class F>
auto with_stop_token(F f)
    -> task<foreign_result_t<core::called_t<F&, std::stop_token>>> {
  using awaitable = core::called_t<F&, std::stop_token>;
  if constexpr (!core::direct_call<F&, std::stop_token>::possible) {
    core::direct_call<F&, std::stop_token>::refuse();
    co_return core::no_value<foreign_result_t<awaitable>>();
  } else {
    std::stop_source source;
    awaitable made = f(source.get_token());
    const stoppable_awaitable<awaitable> waiting{made, source};
    co_return co_await waiting;
  }
}

}  // namespace green
