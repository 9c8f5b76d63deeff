// SPDX-License-Identifier: MIT
#pragma once

#include <concepts>
#include <functional>
#include <stop_token>
#include <thread>
#include <type_traits>
#include <utility>

#include "green/core/callable.h"
#include "green/core/thread_ref.h"
#include "green/greenlets/joining.h"
#include "green/greenlets/spawn_overloads.h"
#include "green/greenlets/thread_call.h"
#include "green/greenlets/thread_id.h"
#include "green/hub/this_hub.h"

namespace green {

/// green::thread has this in the place of jthread's std::stop_source.
struct no_stop {
  no_stop() noexcept = default;
  explicit no_stop(std::nostopstate_t) noexcept {}
};

/// join of a thread. The thread is joinable until it has ended.
class [[nodiscard("co_await it")]] thread_join_wait final : public join_base {
 public:
  explicit thread_join_wait(core::thread_ref& thread)
      : join_base(thread), joined_(&thread) {}
  void await_resume() {
    finish_wait();
    *joined_ = core::thread_ref();
  }

 private:
  core::thread_ref* joined_;
};

/// The common part of green::thread and green::jthread: everything but
/// construction, assignment and destruction. Stop is no_stop or
/// std::stop_source.
template <class Stop>
class basic_thread {
 public:
  using id = thread_id;

  basic_thread() noexcept : stop_(std::nostopstate) {}
  bool joinable() const noexcept { return static_cast<bool>(state_); }
  /// [thread.thread.member] A kill or timeout leaves the thread joinable.
  thread_join_wait join();
  void detach();
  id get_id() const noexcept { return state_ ? id(state_->id()) : id(); }
  static unsigned hardware_concurrency() noexcept;

 protected:
  /// One that is about to start. A jthread has a stop state of its own.
  struct starting {};
  explicit basic_thread(starting) {}

  /// Starts f with those of its arguments that were given.
  template <class F, class A, class B, class C>
  void start_given(const core::site& from, F& f, A& a, B& b, C& c) {
    using checked = given_call_of<call, F, A, B, C>;
    if constexpr (checked::possible) {
      const auto start_one = [&](const core::site& line, auto&&... args) {
        start(line, std::forward<F>(f), std::forward<decltype(args)>(args)...);
      };
      green::call_with_given<A, B, C>(start_one, from, a, b, c);
    } else {
      checked::refuse();
    }
  }
  template <class F, class... Args>
  void start_all(F&& f, Args&&... args) {
    if constexpr (call<F, Args...>::possible) {
      start(core::site(), std::forward<F>(f), std::forward<Args>(args)...);
    } else {
      call<F, Args...>::refuse();
    }
  }

  basic_thread(basic_thread&&) noexcept = default;
  basic_thread& operator=(basic_thread&&) noexcept = default;
  ~basic_thread() = default;

  void swap(basic_thread& other) noexcept {
    std::swap(state_, other.state_);
    std::swap(stop_, other.stop_);
  }

  core::thread_ref state_;
  [[no_unique_address]] Stop stop_;

 private:
  /// Does f take a stop_token before its arguments?
  template <class F, class... Args>
  static constexpr bool stoppable =
      std::is_same_v<Stop, std::stop_source> &&
      std::is_invocable_v<std::decay_t<F>, std::stop_token,
                          std::decay_t<Args>...>;
  template <class F, class... Args>
  struct call : std::conditional_t<stoppable<F, Args...>,
                                   core::kept_call<F, std::stop_token, Args...>,
                                   core::kept_call<F, Args...>> {};

  template <class F, class... Args>
  void start(const core::site& from, F&& f, Args&&... args) {
    if constexpr (stoppable<F, Args...>) {
      launch(from, std::forward<F>(f), stop_.get_token(),
             std::forward<Args>(args)...);
    } else {
      launch(from, std::forward<F>(f), std::forward<Args>(args)...);
    }
  }

  template <class... Call>
  void launch(const core::site& from, Call&&... given) {
    using state = thread_call<std::decay_t<Call>...>;
    state_ = core::thread_ref::adopt(
        new state(hub::this_hub(), std::forward<Call>(given)...));
    state_->launch(from);
  }
};

}  // namespace green
