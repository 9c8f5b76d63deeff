// SPDX-License-Identifier: MIT
#pragma once

#include <stdexcept>
#include <type_traits>
#include <utility>

#include "green/hub/loop_exit.h"
#include "green/hub/this_hub.h"
#include "green/spawning.h"
#include "green/task.h"

namespace green {

using hub::loop_exit;

/// Runs f(args...), a function that returns a task or a plain one, on this
/// thread's hub to its end: its result, or throws its exception. Green threads
/// that still live then are killed and unwound first; one that catches killed
/// has a second to clean up. When f waits and nothing at all can wake it,
/// loop_exit is thrown at its await.
template <class F, class... Args>
core::spawn_result_t<std::decay_t<F>, std::decay_t<Args>...> run(
    F&& f, Args&&... args) {
  if (hub::running()) {
    throw std::logic_error(
        "green::run: this thread's hub runs already: co_await the function "
        "instead, or spawn it; a hub cannot run inside green::patched()");
  }
  auto main =
      spawn_at(core::site(), std::forward<F>(f), std::forward<Args>(args)...);
  main.set_name("main");
  hub::run(main.state());
  using result = typename decltype(main)::value_type;
  return get_wait<result>(core::thread_ref(main.state())).take();
}

}  // namespace green
