// SPDX-License-Identifier: MIT
//
// The way in: runs a function, and all that it spawns, on this thread.
//
//   green::task<std::string> greeting(std::string name) {
//     co_return "hello, " + name;
//   }
//   green::task<int> hello() {
//     auto other = green::spawn(greeting, "you");      // a green thread
//     std::puts((co_await greeting("me")).c_str());    // a call
//     std::puts((co_await other.get()).c_str());
//     co_return 0;
//   }
//   int main() { return green::run(hello); }
//
// Each OS thread may run a hub of its own. A kill or timeout does not reach run
// itself, only the green threads in it (docs/contract.md).
#pragma once

#include <cassert>
#include <cerrno>
#include <stdexcept>
#include <type_traits>
#include <utility>

#include "green/core/callable.h"
#include "green/greenlets/spawning.h"
#include "green/hub/loop_exit.h"
#include "green/hub/this_hub.h"
#include "green/monitors/watch.h"
#include "green/task.h"

namespace green {

using hub::loop_exit;

/// Runs f(args...) on this thread's hub to its end. Returns its result, or
/// throws its exception. f returns a task, or is a plain function. Green
/// threads that still live at that end are killed and unwound before run
/// returns. One that catches killed has a second to clean up. When f waits and
/// nothing can wake it, loop_exit is thrown at its await. Throws
/// std::logic_error where a hub runs already.
template <class F, class... Args>
core::spawn_result_t<std::decay_t<F>, std::decay_t<Args>...> run(
    F&& f, Args&&... args) {
  using call = core::kept_call<F, Args...>;
  if constexpr (!call::possible) {
    call::refuse();
    return core::no_value<
        core::spawn_result_t<std::decay_t<F>, std::decay_t<Args>...>>();
  } else {
    if (hub::running()) {
      throw std::logic_error(
          "green::run: this thread's hub runs already: co_await the function "
          "instead, or spawn it; a hub cannot run inside green::patched()");
    }
    watch_hub_if_told();
    assert(watch_hub_by_default());
    const int errno_before = errno;
    auto main = green::spawn_at(core::site(), std::forward<F>(f),
                                std::forward<Args>(args)...);
    main.set_name("main");
    main.state().set_errno(errno_before);
    hub::run(main.state());
    using result = typename decltype(main)::value_type;
    return get_wait<result>(core::thread_ref(main.state())).take();
  }
}

}  // namespace green
