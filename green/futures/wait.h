// SPDX-License-Identifier: MIT
#pragma once

#include <concepts>
#include <coroutine>
#include <future>
#include <memory>
#include <string>
#include <utility>

#include "green/core/queue_wait.h"
#include "green/futures/state.h"
#include "green/task.h"

namespace green {

/// The awaiting of a shared state. The first that waits for a deferred function
/// runs it, as a part of itself.
class future_wait_base : public core::queue_wait {
 public:
  template <std::derived_from<core::promise_base> Promise>
  bool await_suspend(std::coroutine_handle<Promise> awaiting,
                     core::site where = core::site::current()) {
    if (state_->deferrable() && !awaiting.promise().thread->interrupted() &&
        starts_deferred()) {
      outcome_ = outcome::done;
      return deferred_.start_for(awaiting.promise(), where);
    }
    return queue_wait::await_suspend(awaiting, where);
  }

  void describe(std::string& out) const override;

 protected:
  explicit future_wait_base(future_state_base& state) noexcept
      : queue_wait(state.queue()), state_(&state) {}
  ~future_wait_base() = default;

  /// To be called first when the wait is over.
  void finish() {
    if (deferred_.valid()) [[unlikely]] {
      deferred_.result();
    }
    finish_wait();
  }

 private:
  bool try_now() override { return state_->ready(); }
  bool starts_deferred();

  future_state_base* state_;
  task<> deferred_{task<>::handle()};
};

/// wait
class [[nodiscard("co_await it")]] future_wait final : public future_wait_base {
 public:
  explicit future_wait(future_state_base& state) noexcept
      : future_wait_base(state) {}
  void await_resume() { finish(); }
};

/// wait_for and wait_until; a deferred function is not run.
class [[nodiscard("co_await it")]] future_timed_wait final
    : public core::queue_wait {
 public:
  future_timed_wait(future_state_base& state, core::deadline until) noexcept
      : queue_wait(state.queue(), until), state_(&state) {}

  std::future_status await_resume();
  void describe(std::string& out) const override;

 private:
  bool try_now() override;

  future_state_base* state_;
  bool deferred_ = false;
};

/// get of a future, whose state it takes once the result is there.
template <class R>
class [[nodiscard("co_await it")]] future_get final : public future_wait_base {
 public:
  explicit future_get(state_ref<future_state<R>>& from)
      : future_wait_base(from.checked()), from_(std::addressof(from)) {}

  R await_resume() {
    finish();
    const state_ref<future_state<R>> state = std::move(*from_);
    return state.checked().take();
  }

 private:
  state_ref<future_state<R>>* from_;
};

/// get of a shared_future.
template <class R>
class [[nodiscard("co_await it")]] shared_future_get final
    : public future_wait_base {
 public:
  explicit shared_future_get(future_state<R>& state) noexcept
      : future_wait_base(state), state_(std::addressof(state)) {}

  decltype(auto) await_resume() {
    finish();
    return std::as_const(*state_).look();
  }

 private:
  future_state<R>* state_;
};

}  // namespace green
