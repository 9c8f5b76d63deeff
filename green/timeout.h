// SPDX-License-Identifier: MIT
#pragma once

#include <exception>
#include <functional>
#include <string>
#include <type_traits>
#include <utility>

#include "green/core/awaitable.h"
#include "green/core/deadline.h"
#include "green/core/green_thread.h"
#include "green/core/timer_heap.h"
#include "green/task.h"

namespace green {

class timeout;

/// What an expired timeout throws.
class timed_out : public std::exception {
 public:
  explicit timed_out(std::string what) : what_(std::move(what)) {}
  timed_out(const timeout& source, std::string what)
      : what_(std::move(what)), source_(&source) {}

  /// Did this very timeout expire, of several nested ones?
  bool from(const timeout& t) const noexcept { return source_ == &t; }
  const char* what() const noexcept override { return what_.c_str(); }

 private:
  std::string what_;
  const timeout* source_ = nullptr;
};

/// gevent.Timeout: from its construction on, when the duration has passed,
/// timed_out (or the given exception) is thrown at the current await of the
/// green thread that made it, once. Destroyed or cancelled earlier, it does
/// nothing. Lives in a scope of that green thread.
class timeout : private core::interrupt, private core::timer {
 public:
  explicit timeout(core::deadline expires) : timeout(expires, nullptr) {}
  /// Throws `error` instead.
  timeout(core::deadline expires, std::exception_ptr error);
  template <class Error>
    requires(!std::is_same_v<std::decay_t<Error>, std::exception_ptr> &&
             !std::is_same_v<std::decay_t<Error>, std::nullptr_t>)
  timeout(core::deadline expires, Error&& error)
      : timeout(expires, std::make_exception_ptr(std::forward<Error>(error))) {}
  ~timeout() { cancel(); }

  void cancel() noexcept;
  /// Armed, or expired and not yet thrown.
  bool pending() const noexcept { return armed() || linked(); }
  bool expired() const noexcept { return expired_; }

 private:
  friend class timed_out;

  static void ring(core::timer& t);
  std::exception_ptr exception() noexcept override;

  core::green_thread* thread_;
  std::exception_ptr error_;
  std::int64_t length_;
  bool expired_ = false;
};

/// f(args...) under a timeout of its own: its result, or timed_out. f may give
/// any awaitable, or be a plain function.
template <class F, class... Args>
auto with_timeout(core::deadline expires, F f, Args... args)
    -> task<core::call_result_t<F, Args...>> {
  const timeout guard(expires);
  using called = std::invoke_result_t<F, Args...>;
  if constexpr (core::awaitable<called>) {
    co_return co_await std::invoke(std::move(f), std::move(args)...);
  } else {
    co_return std::invoke(std::move(f), std::move(args)...);
  }
}

}  // namespace green
