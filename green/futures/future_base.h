// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <utility>

#include "green/futures/state.h"
#include "green/futures/wait.h"

namespace green {

template <class R>
class shared_future;

/// The part of future and shared_future that does not take the result.
template <class R>
class future_base {
 public:
  /// [futures.unique.future], [futures.shared.future]
  bool valid() const noexcept { return static_cast<bool>(state_); }

  /// [futures.unique.future] Runs a deferred function.
  future_wait wait() const { return future_wait(state_.checked()); }
  /// [futures.unique.future], [futures.shared.future]. Runs no deferred
  /// function.
  template <class Rep, class Period>
  future_timed_wait wait_for(
      const std::chrono::duration<Rep, Period>& timeout) const {
    return future_timed_wait(state_.checked(), timeout);
  }
  /// [futures.unique.future], [futures.shared.future]. Runs no deferred
  /// function.
  template <class Clock, class Duration>
  future_timed_wait wait_until(
      const std::chrono::time_point<Clock, Duration>& time) const {
    return future_timed_wait(state_.checked(), time);
  }

 protected:
  future_base() noexcept = default;
  explicit future_base(state_ref<future_state<R>> state) noexcept
      : state_(std::move(state)) {}

  state_ref<future_state<R>> state_;
};

/// [futures.unique.future]
template <class R>
class future : public future_base<R> {
 public:
  future() noexcept = default;
  /// Of a state, which has no other future.
  explicit future(state_ref<future_state<R>> state) noexcept
      : future_base<R>(std::move(state)) {}
  future(future&&) noexcept = default;
  future& operator=(future&&) noexcept = default;

  /// [futures.unique.future] Once: the future is not valid then, unless a kill
  /// or timeout ended the wait.
  future_get<R> get() { return future_get<R>(this->state_); }
  /// [futures.unique.future]
  shared_future<R> share() noexcept {
    return shared_future<R>(std::move(*this));
  }

 private:
  friend class shared_future<R>;
};

/// [futures.shared.future] Each green thread has a copy of its own.
template <class R>
class shared_future : public future_base<R> {
 public:
  shared_future() noexcept = default;
  /// [futures.shared.future]
  shared_future(future<R>&& other) noexcept
      : future_base<R>(std::move(other.state_)) {}
  shared_future(const shared_future&) noexcept = default;
  shared_future(shared_future&&) noexcept = default;
  shared_future& operator=(const shared_future&) noexcept = default;
  shared_future& operator=(shared_future&&) noexcept = default;

  /// [futures.shared.future]
  shared_future_get<R> get() const {
    return shared_future_get<R>(this->state_.checked());
  }
};

}  // namespace green
