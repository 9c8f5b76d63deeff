// SPDX-License-Identifier: MIT
//
// Hubs on several OS threads, one for each: all processors of a machine.
//
//   green::hub_ref here = green::this_hub();
//   auto tell = [](int n) { std::printf("%d\n", n); };
//   auto work = [=](int n) -> green::task<> {  // on another OS thread
//     co_await green::sleep(10ms);
//     here.spawn(tell, n);                     // on this one
//   };
//   co_await green::run_on_each(4, work, 7);   // returns when all have ended
//
// A kill or timeout of the one that waits in run_on_each kills f on each hub,
// and is thrown when all have ended (docs/contract.md). spawn does not wait.
#pragma once

#include <functional>
#include <type_traits>
#include <utility>

#include "green/core/callable.h"
#include "green/core/scheduler_ref.h"
#include "green/core/spawned.h"
#include "green/greenlets/handle.h"
#include "green/greenlets/spawn_overloads.h"
#include "green/hubs/each.h"
#include "green/task.h"

namespace green {

/// Throws the error of hub_ref::spawn.
[[noreturn]] void refuse_ended_hub();

/// A hub, for any thread. Copies are equal. While one lives, the hub takes no
/// wait for a deadlock, because something may still be spawned there.
class hub_ref {
 public:
  /// Starts f(args...) as a green thread of that hub, at the hub's next turn.
  /// Both are copied first. Throws std::system_error(ESRCH) if the hub has
  /// ended with its thread. Between two calls of run, green threads wait for
  /// the second one, as those of green::spawn do.
  template <class F, class A = absent, class B = absent, class C = absent>
  auto spawn(F&& f, A&& a = absent(), B&& b = absent(), C&& c = absent(),
             core::site from = core::site::current()) const {
    if constexpr (!given_call<F, A, B, C>::possible) {
      return spawn_at(from, given_call<F, A, B, C>::refuse());
    } else {
      const auto call = [&]<class... Args>(const core::site& line,
                                           Args&&... args) {
        return spawn_at(line, std::forward<F>(f), std::forward<Args>(args)...);
      };
      return green::call_with_given<A, B, C>(call, from, a, b, c);
    }
  }
  template <class F, class... Args>
    requires many_arguments<Args...>
  auto spawn(F&& f, Args&&... args) const {
    if constexpr (!core::kept_call<F, Args...>::possible) {
      return spawn_at(core::site(), core::kept_call<F, Args...>::refuse());
    } else {
      return spawn_at(core::site(), std::forward<F>(f),
                      std::forward<Args>(args)...);
    }
  }

  /// spawn with the line to be named in reports.
  template <class F, class... Args>
  auto spawn_at(const core::site& from, F&& f, Args&&... args) const {
    using state = core::spawned<std::decay_t<F>, std::decay_t<Args>...>;
    core::thread_ref made;
    const bool reached = hub_.use([&](core::scheduler& home) {
      made = core::thread_ref::adopt(
          new state(home, std::forward<F>(f), std::forward<Args>(args)...));
      made->post_launch(from);
    });
    if (!reached) refuse_ended_hub();
    return greenlet<typename state::value_type>(std::move(made));
  }

  bool operator==(const hub_ref&) const noexcept = default;

 private:
  friend hub_ref this_hub();
  explicit hub_ref(core::scheduler& hub) : hub_(hub) {}

  core::scheduler_ref hub_;
};

/// The hub of the calling thread, made on first use.
hub_ref this_hub();

/// f(args...) by n OS threads at once, on a hub each. Both are copied for each.
/// Returns when all have ended. The first error kills the others and is thrown
/// then; the errors of others are reported as those of greenlets are. Throws
/// std::system_error if a thread cannot be started, when the others have ended.
template <class F, class... Args>
task<> run_on_each(unsigned n, F&& f, Args&&... args) {
  if constexpr (!core::kept_call<F, Args...>::possible) {
    core::kept_call<F, Args...>::refuse();
    return run_each(n, {});
  } else {
    return run_each(
        n, std::bind_front(call_as_task<std::decay_t<F>, std::decay_t<Args>...>,
                           std::forward<F>(f), std::forward<Args>(args)...));
  }
}

}  // namespace green
