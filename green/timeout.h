// SPDX-License-Identifier: MIT
//
// gevent.Timeout: limits the time of everything in a scope.
//
//   green::event reply;
//   try {
//     green::timeout limit(2s);
//     co_await reply.wait();          // as long as it likes, but 2 s in all
//     co_await green::sleep(1s);
//   } catch (const green::timed_out& late) {
//     std::puts(late.what());
//   }
//   co_await green::with_timeout(1s, [] { return green::sleep(10ms); });
//
// A kill and other timeouts are thrown as everywhere (docs/contract.md). A
// timeout belongs to the green thread that made it, which alone may use it.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <string>
#include <type_traits>
#include <utility>

#include "green/core/callable.h"
#include "green/core/deadline.h"
#include "green/core/green_thread.h"
#include "green/core/invocation.h"
#include "green/core/timer_heap.h"
#include "green/stops/interruption.h"
#include "green/task.h"

namespace green {

class timeout;

/// An expired timeout throws this. As gevent's Timeout is no Exception, this is
/// no std::exception. So a handler of errors swallows no deadline of a caller.
class timed_out : public interruption {
 public:
  /// Thrown for a deadline that is no timeout's.
  explicit timed_out(std::string what) : timed_out(nullptr, std::move(what)) {}
  /// Thrown by this timeout.
  timed_out(const timeout& source, std::string what)
      : timed_out(&source, std::move(what)) {}

  /// Has this timeout expired, and no other of those around the await?
  bool from(const timeout& t) const noexcept { return source_ == &t; }

 private:
  timed_out(const timeout* source, std::string what)
      : interruption("green::timed_out", std::move(what)), source_(source) {}

  const timeout* source_;
};

/// gevent.Timeout: runs from its construction on. At its end it throws
/// timed_out once, at the current await of the green thread that made it.
/// Destroyed or cancelled earlier, it does nothing.
class [[nodiscard("without a name, it ends at once")]] timeout
    : private core::interrupt,
      private core::timer {
 public:
  /// Expires after a duration, or at a point in time. Throws std::logic_error
  /// outside of a green thread.
  [[nodiscard("without a name, it ends at once")]]
  explicit timeout(core::deadline expires)
      : timeout(expires, nullptr) {}
  template <class Rep, class Period>
  [[nodiscard("without a name, it ends at once")]]
  explicit timeout(const std::chrono::duration<Rep, Period>& length)
      : timeout(in(core::deadline::nanoseconds(length))) {}
  /// Throws `error` in place of timed_out.
  [[nodiscard("without a name, it ends at once")]]
  timeout(core::deadline expires, std::exception_ptr error);
  template <class Error>
    requires(!std::is_same_v<std::decay_t<Error>, std::exception_ptr> &&
             !std::is_same_v<std::decay_t<Error>, std::nullptr_t>)
  [[nodiscard("without a name, it ends at once")]]
  timeout(core::deadline expires, Error&& error)
      : timeout(expires, std::make_exception_ptr(std::forward<Error>(error))) {}
  ~timeout() { cancel(); }

  /// gevent.Timeout.cancel: nothing will be thrown.
  void cancel() noexcept;
  /// gevent.Timeout.pending: will something be thrown?
  bool pending() const noexcept { return armed() || linked(); }
  /// Has the time passed, before cancel?
  bool expired() const noexcept { return expired_; }

 private:
  friend class timed_out;

  struct in {
    explicit in(std::int64_t ns) noexcept : length(ns) {}
    std::int64_t length;
  };
  explicit timeout(in nanoseconds);

  static void ring(core::timer& t);
  std::exception_ptr exception() noexcept override;

  core::green_thread* thread_;
  std::exception_ptr error_;
  std::int64_t length_;
  bool expired_ = false;
};

/// gevent.with_timeout: f(args...) under a timeout of its own. Returns its
/// result, or throws timed_out. f returns any awaitable, or is a plain
/// function.
template <class F, class... Args>
auto with_timeout(core::deadline expires, F f, Args... args)
    -> task<core::call_result_t<F, Args...>> {
  if constexpr (!core::direct_call<F, Args...>::possible) {
    core::direct_call<F, Args...>::refuse();
    co_return core::no_value<core::call_result_t<F, Args...>>();
  } else {
    const timeout guard(expires);
    core::arguments_for<F, Args...> given;
    if constexpr (core::gives_awaitable<F, Args...>) {
      co_return co_await given.call(std::move(f), std::move(args)...);
    } else {
      co_return given.call(std::move(f), std::move(args)...);
    }
  }
}

}  // namespace green
