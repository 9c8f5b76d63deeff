// SPDX-License-Identifier: MIT
//
// Runs unmodified code that blocks, as a client library does, beside the hub.
//
//   using connect_call = void*(const char* ip, int port);
//   auto module = green::patcher::import_patched("libhiredis.so");
//   auto* connect = module.get<connect_call>("redisConnect");
//   void* context = co_await green::patched([&] {
//     return connect("127.0.0.1", 6379);  // waits; the hub goes on
//   });
//
// Code that runs in patched() is C, whose frames no exception can leave. So a
// kill or timeout fails the calls of that code, and is thrown when it has
// returned: the exception to docs/contract.md. A call belongs to the thread of
// its hub.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <type_traits>
#include <utility>

#include "green/core/callable.h"
#include "green/core/result.h"
#include "green/core/task.h"
#include "green/task.h"

namespace green {

namespace patcher {

/// Throws if patched() must not be called here.
void check_patched();

/// Calls function(argument) on a stack of its own.
core::task<> run_on_fiber(std::size_t stack_bytes, void (*function)(void*),
                          void* argument);

/// A call of f on the fiber, and its result for the coroutine that awaits it.
template <class F, class R>
struct called {
  /// Runs on the fiber.
  static void run(void* self) noexcept {
    called& call = *static_cast<called*>(self);
    call.result.set_from(
        [&call]() -> decltype(auto) { return std::invoke(call.f); });
  }

  F& f;
  core::result<R> result = {};
};

/// Calls f on a fiber.
template <class F>
task<std::invoke_result_t<F&>> run_patched(F& f, std::size_t stack_bytes) {
  using one_call = called<F, std::invoke_result_t<F&>>;
  one_call call{f};
  co_await run_on_fiber(stack_bytes, &one_call::run, &call);
  co_return call.result.take();
}

}  // namespace patcher

/// The call that patched makes. It is awaited once.
template <class F>
class [[nodiscard("co_await it")]] patched_call
    : public core::needs_co_await<patched_call<F>> {
 public:
  /// Will call f.
  explicit patched_call(F f) : f_(std::move(f)) {}

  /// Sets the size of the stack; it is 256 KiB otherwise. A function that
  /// overflows its stack is named on stderr, and SIGSEGV ends the process.
  patched_call stack(std::size_t bytes) && {
    stack_bytes_ = bytes;
    return std::move(*this);
  }

  auto operator co_await() && {
    running_.emplace(patcher::run_patched(f_, stack_bytes_));
    return std::move(*running_).operator co_await();
  }
  auto operator co_await() & { return std::move(*this).operator co_await(); }

 private:
  F f_;
  std::size_t stack_bytes_ = std::size_t{256} * 1024;
  std::optional<task<std::invoke_result_t<F&>>> running_;
};

/// Calls f() on a stack of its own, on this thread. Returns its value, or
/// throws its exception. Meanwhile calls from patched modules
/// ("green/patcher.h") wait as green's mirrors do, and the hub goes on.
///
/// When a kill or timeout comes, the call that waits fails with ECANCELED or
/// ETIMEDOUT, and so does each later one that would wait. A wait for a lock
/// goes on. Once f has returned, the interrupt is thrown, and the value is
/// dropped.
///
/// f must not run a hub. It waits for another patched() by patched functions
/// alone. Throws std::logic_error if nothing is patched, if no hub runs, and
/// inside of patched(); std::system_error (ENOSYS) on an unknown machine.
template <class F>
auto patched(F&& f) {
  using call = core::direct_call<std::decay_t<F>&>;
  constexpr bool waits = core::gives_awaitable<std::decay_t<F>&>;
  static_assert(!waits,
                "patched() calls plain functions, which block: await the "
                "task outside of it");
  if constexpr (waits) {
    return patched_call<core::wrong_function>(core::wrong_function());
  } else if constexpr (!call::possible) {
    return patched_call<core::wrong_function>(call::refuse());
  } else {
    patcher::check_patched();
    return patched_call<std::decay_t<F>>(std::forward<F>(f));
  }
}

/// Does patched() run the code that calls this?
bool in_patched() noexcept;

}  // namespace green
