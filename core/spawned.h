// SPDX-License-Identifier: MIT
#pragma once

#include <coroutine>
#include <memory>
#include <type_traits>
#include <utility>

#include "green/core/awaitable.h"
#include "green/core/callable.h"
#include "green/core/deadline.h"
#include "green/core/green_thread.h"
#include "green/core/invocation.h"
#include "green/core/result.h"
#include "green/core/slot.h"
#include "green/core/task.h"
#include "green/core/timer_heap.h"

namespace green::core {

/// A green thread that keeps its result, a T, if it gives one.
template <class T>
class result_of : public green_thread {
 public:
  using value_type = T;

  /// The value; null while there is none.
  std::remove_reference_t<T>* value() noexcept
    requires(!std::is_void_v<T>)
  {
    if (!finished() || !value_.has_value()) return nullptr;
    std::remove_reference_t<T>& kept = value_.get();
    return std::addressof(kept);
  }

 protected:
  using green_thread::green_thread;
  /// Keeps the result of f().
  template <class F>
  void keep(F&& f) {
    if constexpr (std::is_void_v<T>) {
      f();
    } else {
      value_.emplace(f());
    }
  }

 private:
  struct nothing {};
  [[no_unique_address]] std::conditional_t<std::is_void_v<T>, nothing,
                                           slot<kept_t<T>>> value_;
};

/// A function's result, or that of the awaitable which the function gives.
template <class R>
struct task_result {
  using type = R;
};
template <awaitable A>
struct task_result<A> {
  using given = await_result_t<A>;
  using type = std::conditional_t<std::is_lvalue_reference_v<given>, given,
                                  std::remove_cvref_t<given>>;
};
template <class T>
struct task_result<task<T>> {
  using type = T;
};

/// The result of f(args...), or of awaiting that.
template <class F, class... Args>
using spawn_result_t = typename task_result<called_t<F, Args...>>::type;

/// A green thread that runs f(args...), and awaits what f gives if that is an
/// awaitable. It owns copies of both, which are destroyed when it ends.
template <class F, class... Args>
class spawned : public result_of<spawn_result_t<F, Args...>> {
  using called = std::invoke_result_t<F, Args...>;
  using result = spawn_result_t<F, Args...>;
  using base = result_of<result>;
  using body = task<result>;
  static constexpr bool coroutine = awaitable<called>;
  struct nothing {
    explicit nothing(std::coroutine_handle<>) noexcept {}
  };

 public:
  template <class... Call>
  explicit spawned(scheduler& home, Call&&... call)
      : base(home), call_(std::in_place, std::forward<Call>(call)...) {}

 protected:
  using outcome = green_thread::outcome;

  // conclude has destroyed the call, unless it never came to that.
  ~spawned() override {
    if (!this->finished()) std::destroy_at(std::addressof(call_));
  }

  void begin() override {
    if constexpr (is_task<called>) {
      body_ = call_();
      body_.begin(*this);
    } else if constexpr (coroutine) {
      body_ = await_call(call_);
      body_.begin(*this);
    } else {
      this->keep(call_);
      this->body_done();
    }
  }

  outcome conclude(bool ran) noexcept override {
    return this->conclude_by(ran, [this] { this->collect(); });
  }

  /// conclude with another collect.
  template <class Collect>
  outcome conclude_by(bool ran, Collect collect) noexcept {
    const outcome how = ran ? this->outcome_of(collect) : outcome::killed;
    if constexpr (coroutine) body_.end();
    std::destroy_at(std::addressof(call_));
    return how;
  }

  /// Moves the result out of the coroutine, or throws its exception.
  void collect() {
    if constexpr (coroutine) {
      this->keep([this]() -> result { return body_.result(); });
    }
  }

 private:
  using stored = stored_call<F, Args...>;

  static task<result> await_call(stored& call) { co_return co_await call(); }

  union {
    stored call_;
  };
  [[no_unique_address]] std::conditional_t<coroutine, body, nothing> body_{
      typename body::handle()};
};

/// The same, started by a timer.
template <class F, class... Args>
class spawned_later final : public spawned<F, Args...> {
 public:
  using spawned<F, Args...>::spawned;

  void launch_at(deadline start, const site& from) {
    this->home().timers().arm(alarm_, start);
    this->adopt(from);
  }

 private:
  using outcome = green_thread::outcome;

  outcome conclude(bool ran) noexcept override {
    this->home().timers().cancel(alarm_);
    return spawned<F, Args...>::conclude(ran);
  }

  member_timer<green_thread, &green_thread::make_ready> alarm_{*this};
};

}  // namespace green::core
