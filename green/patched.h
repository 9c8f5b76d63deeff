// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

#include "green/core/task.h"
#include "green/task.h"

namespace green {

namespace patcher {

/// Throws where patched() must not be called.
void check_patched();

core::task<> run_on_fiber(std::size_t stack_bytes, void (*function)(void*),
                          void* argument);

/// What f gave or threw, for the coroutine that awaits it.
template <class F, class R>
class called {
  using stored =
      std::conditional_t<std::is_reference_v<R>, std::add_pointer_t<R>,
                         std::conditional_t<std::is_void_v<R>, bool, R>>;

 public:
  explicit called(F& f) noexcept : f_(f) {}

  /// On the fiber.
  static void run(void* self) noexcept {
    static_cast<called*>(self)->run_here();
  }

  R take() {
    if (error_ != nullptr) std::rethrow_exception(std::move(error_));
    if constexpr (std::is_reference_v<R>) {
      return static_cast<R>(**value_);
    } else if constexpr (!std::is_void_v<R>) {
      return std::move(*value_);
    }
  }

 private:
  void run_here() noexcept {
    try {
      if constexpr (std::is_void_v<R>) {
        std::invoke(f_);
      } else if constexpr (std::is_reference_v<R>) {
        auto&& value = std::invoke(f_);
        value_.emplace(std::addressof(value));
      } else {
        value_.emplace(std::invoke(f_));
      }
    } catch (...) {
      error_ = std::current_exception();
    }
  }

  F& f_;
  std::optional<stored> value_;
  std::exception_ptr error_;
};

template <class F>
task<std::invoke_result_t<F&>> run_patched(F& f, std::size_t stack_bytes) {
  using one_call = called<F, std::invoke_result_t<F&>>;
  one_call call(f);
  co_await run_on_fiber(stack_bytes, &one_call::run, &call);
  co_return call.take();
}

}  // namespace patcher

/// What patched gives; awaited once.
template <class F>
class [[nodiscard]] patched_call {
 public:
  explicit patched_call(F f) : f_(std::move(f)) {}

  /// For a function that needs more than 256 KiB of stack, or far less. One
  /// that overflows it is named on stderr, and ends the process by SIGSEGV.
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

/// Calls f() on a stack of its own on this thread, and gives its value or
/// exception. Meanwhile what f calls in patched modules (see "green/patcher.h")
/// does not block: it waits as green's mirrors do, and the hub goes on. When a
/// kill or a timeout comes, the call that waits and all that would wait later
/// fail with ECANCELED or ETIMEDOUT, and once f has returned the interrupt is
/// thrown, and f's value dropped: C frames cannot be unwound. A lock is waited
/// for regardless. f must not run a hub, nor wait for another patched(f) by
/// other means than the patched functions. Throws std::logic_error when nothing
/// is patched, where no hub runs, and inside of itself; std::system_error
/// (ENOSYS) on a machine that it cannot do this for.
template <class F>
  requires std::invocable<std::decay_t<F>&>
patched_call<std::decay_t<F>> patched(F&& f) {
  patcher::check_patched();
  return patched_call<std::decay_t<F>>(std::forward<F>(f));
}

/// Is this code run by patched(), so that patched functions wait as green's?
bool in_patched() noexcept;

}  // namespace green
