// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <concepts>
#include <cstdint>
#include <list>
#include <type_traits>
#include <utility>
#include <vector>

#include "green/core/callable.h"
#include "green/core/deadline.h"
#include "green/green.h"
#include "green/greenlets/handle.h"
#include "green/greenlets/spawning.h"
#include "green/signals/registration.h"
#include "green/task.h"

namespace green {

/// Signals, in braces. A std::initializer_list cannot stand in an expression
/// that g++ 12 awaits.
class signal_list {
 public:
  /// The numbers.
  template <std::convertible_to<int>... Numbers>
  signal_list(Numbers... numbers) : numbers_{static_cast<int>(numbers)...} {}

  const std::vector<int>& numbers() const noexcept { return numbers_; }

 private:
  std::vector<int> numbers_;
};

/// The first of the signals kills a green thread, and after a grace ends it by
/// force. The second one ends the process.
class kill_by_signals {
 public:
  /// Takes the signals from now on. Throws std::system_error.
  kill_by_signals(const signal_list& signals, std::int64_t grace);
  kill_by_signals(const kill_by_signals&) = delete;
  kill_by_signals& operator=(const kill_by_signals&) = delete;
  ~kill_by_signals();

  /// Waits for the end of the green thread, which the first signal kills. A
  /// kill of the one that waits kills it, too.
  task<> wait(any_greenlet target);
  /// The first signal; 0 if none has come.
  int first() const noexcept { return end_.first(); }

 private:
  struct registration;

  void kill_target() noexcept;

  const std::int64_t grace_;
  ending end_;
  any_greenlet target_;
  any_greenlet force_;  // waits for the end of the grace
  bool killed_ = false;
  std::list<registration> each_;
};

/// run_until in a coroutine.
template <class F>
task<int> run_until_signal(signal_list signals, F f, std::int64_t after_signal,
                           core::site from) {
  kill_by_signals by(signals, after_signal);
  auto body = green::spawn_at(from, std::move(f));
  using result = typename decltype(body)::value_type;
  constexpr bool gives_status = std::is_convertible_v<result, int>;
  co_await by.wait(body);
  if constexpr (gives_status) {
    if (body.value() != nullptr) co_return static_cast<int>(*body.value());
  }
  // An error that left it after the signal is reported.
  if (by.first() != 0) co_return 128 + by.first();
  body.rethrow();
  co_return 0;
}

/// run_until, which is awaited in a green thread, and elsewhere converted to
/// the status.
template <class F>
class [[nodiscard("co_await it, or use the status")]] until_signal {
 public:
  /// The arguments of run_until.
  until_signal(signal_list signals, F f, std::int64_t after_signal,
               const core::site& from)
      : signals_(std::move(signals)),
        f_(std::move(f)),
        grace_(after_signal),
        from_(from) {}

  /// In a green thread: the status.
  auto operator co_await() && {
    return std::move(*this).make().operator co_await();
  }
  /// Where no hub runs, as in main: runs this thread's hub until f has ended.
  /// In a green thread, throws std::logic_error: co_await it there.
  operator int() && {
    return green::run([this] { return std::move(*this).make(); });
  }
  operator int() const&
    requires std::copy_constructible<F>
  {
    return until_signal(*this);
  }

 private:
  task<int> make() && {
    return run_until_signal<F>(std::move(signals_), std::move(f_), grace_,
                               from_);
  }

  signal_list signals_;
  F f_;
  std::int64_t grace_;
  core::site from_;
};

/// Makes it, or says why that is not possible.
template <class F>
auto until(signal_list signals, F&& f, std::int64_t after_signal,
           const core::site& from) {
  if constexpr (core::kept_call<F>::possible) {
    return until_signal<std::decay_t<F>>(std::move(signals), std::forward<F>(f),
                                         after_signal, from);
  } else {
    const auto refused = core::kept_call<F>::refuse();
    return until(std::move(signals), refused, after_signal, from);
  }
}

}  // namespace green
