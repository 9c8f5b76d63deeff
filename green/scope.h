// SPDX-License-Identifier: MIT
//
// trio's nursery and shield: green threads that end before their scope does.
//
//   auto body = [](green::group& all) -> green::task<> {
//     all.spawn([] { return green::sleep(10ms); });
//     co_await green::sleep(20ms);
//   };
//   co_await green::with_group(body);     // when the body and all have ended
//   auto work = [] { return green::sleep(1h); };
//   auto clean_up = []() -> green::task<> {
//     green::timeout limit(1s);           // passes the shield
//     co_await green::sleep(10ms);        // no kill does
//   };
//   co_await green::try_finally(work, clean_up);
//
// A kill or timeout of the one that waits in with_group kills the body and all
// members, and is thrown when they have ended (docs/contract.md). try_finally
// throws it when the cleanup is done.
#pragma once

#include <exception>
#include <type_traits>
#include <utility>

#include "green/core/callable.h"
#include "green/core/green_thread.h"
#include "green/core/result.h"
#include "green/core/shield.h"
#include "green/pool.h"
#include "green/scopes/body_wait.h"
#include "green/task.h"

namespace green {

/// In this scope no interrupt from outside reaches the green thread that made
/// it.
using core::shield;

/// trio.open_nursery: body(g), where g is a green::group&, in a green thread of
/// its own. Returns its result when the body and all members of g have ended.
/// Members may use g, too. They must not refer to variables of the body, which
/// may end before them; those of the caller live longer.
///
/// The first error, of the body or of a member, kills all others and is thrown
/// when they have ended. Errors of those are reported as unhandled. An error of
/// an item of g.map or g.imap is thrown there alone. A member that is killed
/// ends normally; a body that is killed throws greenlet_exit.
///
/// A spawn into g after that throws std::logic_error. g must not be kept.
template <class F>
auto with_group(F body, core::site from = core::site::current())
    -> task<core::call_result_t<F&, group&>> {
  if constexpr (!core::direct_call<F&, group&>::possible) {
    core::direct_call<F&, group&>::refuse();
    co_return core::no_value<core::call_result_t<F&, group&>>();
  } else {
    co_return co_await body_wait<F>(body, from);
  }
}

/// Awaits f(), or calls it if it is a plain function.
template <class F>
task<core::call_result_t<F&>> await_call(F& f) {
  if constexpr (core::gives_awaitable<F&>) {
    co_return co_await f();
  } else {
    co_return f();
  }
}

/// Another error is thrown in the place of this one, which is reported. A kill
/// is made pending again instead.
void supersede(const std::exception_ptr& error) noexcept;

/// Python's try and finally: awaits body(), and then cleanup(), whatever ended
/// the body. Returns the result of the body, or throws its exception. Each is a
/// plain function or returns an awaitable. The cleanup runs in a shield, so
/// that the interrupts which come meanwhile are thrown at the next await.
///
/// If the cleanup throws, that is thrown, and an exception of the body is
/// reported as unhandled. A kill of the body is then thrown at the next await.
template <class Body, class Cleanup>
auto try_finally(Body body, Cleanup cleanup)
    -> task<core::call_result_t<Body&>> {
  using given = core::call_result_t<Body&>;
  if constexpr (!core::direct_call<Body&>::possible) {
    core::direct_call<Body&>::refuse();
    co_return core::no_value<given>();
  } else if constexpr (!core::direct_call<Cleanup&>::possible) {
    core::direct_call<Cleanup&>::refuse();
    co_return core::no_value<given>();
  } else {
    core::result<given> result;
    std::exception_ptr error;
    try {
      if constexpr (std::is_void_v<given>) {
        co_await await_call(body);
        result.set();
      } else {
        result.set(co_await await_call(body));
      }
    } catch (...) {
      error = std::current_exception();
    }
    try {
      const shield undisturbed;
      static_cast<void>(co_await await_call(cleanup));
    } catch (...) {
      if (error != nullptr) supersede(error);
      throw;
    }
    if (error != nullptr) std::rethrow_exception(error);
    co_return result.take();
  }
}

}  // namespace green
