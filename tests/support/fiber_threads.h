// SPDX-License-Identifier: MIT
//
// Functions on fibers that are threads to their code, without a patched module.
#pragma once

#include <time.h>

#include "green/greenlet.h"
#include "green/patcher/fiber.h"
#include "tests/support/hooked.h"
#include "tests/support/virtual_time.h"

namespace tests {

/// On a fiber: waits for a second.
inline void wait_on_fiber() {
  static const auto nanosleep = hooked("nanosleep", ::nanosleep);
  const timespec second{1, 0};
  nanosleep(&second, nullptr);
}

/// Calls f on a fiber that is a thread.
template <class F>
green::task<> as_thread(F f, green::patcher::thread_locals::start how =
                                 green::patcher::thread_locals::start::fresh) {
  const auto call = [](void* given) { (*static_cast<F*>(given))(); };
  co_await green::patcher::run_as_thread(green::patcher::fiber_stack::usual,
                                         call, &f, how);
}

/// Calls f(1) and f(2) by call(), which gives tasks, on virtual time. Each
/// waits in the other's waits.
template <class Call, class F>
void on_two(Call call, F f) {
  run_virtual([call, f]() -> green::task<> {
    const auto on_one = [call, f](unsigned number) -> green::task<> {
      co_await call([f, number] { f(number); });
    };
    auto one = green::spawn(on_one, 1U);
    auto two = green::spawn(on_one, 2U);
    co_await one.get();
    co_await two.get();
  });
}

/// With call() for on_two: on fibers of green::patched.
inline constexpr auto patched_call = [](auto f) { return on_fiber(f); };
/// With call() for on_two: on fibers that are threads.
inline constexpr auto thread_call = [](auto f) { return as_thread(f); };

}  // namespace tests
