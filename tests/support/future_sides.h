// SPDX-License-Identifier: MIT
//
// <future> for the oracle: TEST_CASE_TEMPLATE("...", S, FUTURE_SIDES) has
// S::promise, S::packaged_task and S::async besides what tests/support/oracle.h
// gives. On the system's side they are std's, and what green awaits is done
// when it is called.
#pragma once

#include <chrono>
#include <functional>
#include <future>
#include <memory>
#include <type_traits>
#include <utility>

#include "green/future"
#include "tests/support/mirror.h"
#include "tests/support/oracle.h"

#define FUTURE_SIDES tests::system_futures, tests::green_futures

namespace tests {

template <class T>
class [[nodiscard]] ready<T&> {
 public:
  explicit ready(T& value) : value_(&value) {}
  bool await_ready() const noexcept { return true; }
  void await_suspend(std::coroutine_handle<>) const noexcept {}
  T& await_resume() { return *value_; }

 private:
  T* value_;
};

/// A mirrored member function that is const.
template <class Awaitable, class Mirror, class Result, class Original,
          class... Parameters>
consteval bool mirrors(Awaitable (Mirror::*)(Parameters...) const,
                       Result (Original::*)(Parameters...) const) {
  return gives<Awaitable, Result>;
}

/// std::future or std::shared_future.
template <class Future>
class system_future_base : public Future {
 public:
  using result = decltype(std::declval<Future&>().get());

  system_future_base() = default;
  explicit system_future_base(Future&& f) : Future(std::move(f)) {}

  ready<result> get() {
    if constexpr (std::is_void_v<result>) {
      Future::get();
      return {};
    } else {
      return ready<result>(Future::get());
    }
  }
  ready<> wait() const {
    Future::wait();
    return {};
  }
  template <class Duration>
  ready<std::future_status> wait_for(const Duration& timeout) const {
    return ready<std::future_status>(Future::wait_for(timeout));
  }
  template <class Point>
  ready<std::future_status> wait_until(const Point& time) const {
    return ready<std::future_status>(Future::wait_until(time));
  }
};

template <class R>
using system_shared_future = system_future_base<std::shared_future<R>>;

template <class R>
class system_future : public system_future_base<std::future<R>> {
 public:
  using system_future_base<std::future<R>>::system_future_base;
  system_shared_future<R> share() {
    return system_shared_future<R>(std::future<R>::share());
  }
};

template <class R>
class system_promise : public std::promise<R> {
 public:
  using std::promise<R>::promise;
  system_future<R> get_future() {
    return system_future<R>(std::promise<R>::get_future());
  }
};

template <class Signature>
class system_packaged_task;

template <class R, class... Args>
class system_packaged_task<R(Args...)> : public std::packaged_task<R(Args...)> {
  using base = std::packaged_task<R(Args...)>;

 public:
  system_packaged_task() = default;
  template <class F>
    requires(!std::is_base_of_v<base, std::remove_cvref_t<F>>)
  explicit system_packaged_task(F&& f)
      : base(awaited_call<std::decay_t<F>>{std::forward<F>(f)}) {}

  system_future<R> get_future() { return system_future<R>(base::get_future()); }
  ready<> operator()(Args... args) {
    base::operator()(std::forward<Args>(args)...);
    return {};
  }
  ready<> make_ready_at_thread_exit(Args... args) {
    base::make_ready_at_thread_exit(std::forward<Args>(args)...);
    return {};
  }
};

struct system_futures : system_side {
  template <class R>
  using promise = system_promise<R>;
  template <class R>
  using future = system_future<R>;
  template <class R>
  using shared_future = system_shared_future<R>;
  template <class Signature>
  using packaged_task = system_packaged_task<Signature>;

  template <class F, class... Args>
    requires(!std::is_same_v<std::decay_t<F>, std::launch>)
  static auto async(F&& f, Args&&... args) {
    return async(std::launch::async | std::launch::deferred, std::forward<F>(f),
                 std::forward<Args>(args)...);
  }
  template <class F, class... Args>
  static auto async(std::launch policy, F&& f, Args&&... args) {
    auto made =
        std::async(policy, awaited_call<std::decay_t<F>>{std::forward<F>(f)},
                   std::forward<Args>(args)...);
    return system_future<decltype(made.get())>(std::move(made));
  }
};

struct green_futures : green_side {
  template <class R>
  using promise = green::promise<R>;
  template <class R>
  using future = green::future<R>;
  template <class R>
  using shared_future = green::shared_future<R>;
  template <class Signature>
  using packaged_task = green::packaged_task<Signature>;

  template <class... Call>
  static auto async(Call&&... call) {
    return green::async(std::forward<Call>(call)...);
  }
};

/// The code of the future_error that f throws.
template <class F>
std::error_code code_of(F f) {
  try {
    f();
  } catch (const std::future_error& e) {
    return e.code();
  }
  return {};
}

}  // namespace tests
