// SPDX-License-Identifier: MIT
#pragma once

#include <cassert>
#include <coroutine>
#include <exception>
#include <memory>
#include <type_traits>
#include <utility>

#include "green/core/assert.h"
#include "green/core/frame_pool.h"
#include "green/core/green_thread.h"
#include "green/core/unawaited.h"

namespace green::core {

template <class T>
class task;

/// The part of every task's promise that does not depend on its type.
class task_promise_base : public promise_base, public pooled {
 public:
  /// g++ 12 puts a variable of its own before the frame's head where a
  /// coroutine has co_await in a condition and no local variable at all: its
  /// handle and its promise are then 8 bytes apart from where they should be.
  struct initial_awaiter {
    std::coroutine_handle<> by_promise;

    bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> by_compiler) const noexcept {
      GREEN_ASSERT(by_compiler == by_promise,
                   "g++ 12 miscompiled a coroutine: it has co_await in a "
                   "condition and no local variable; give it one");
    }
    void await_resume() const noexcept {}
  };
  initial_awaiter initial_suspend(site made = site::current()) noexcept {
    where = made;
    return {self};
  }

  /// Nobody has awaited it, as somebody must.
  bool unawaited() const noexcept {
    return thread == nullptr && where.line() != 0;
  }
  void leave_unawaited() noexcept {
    if (thread == nullptr) where = site();
  }

  struct final_awaiter {
    bool await_ready() const noexcept { return false; }
    template <class Promise>
    void await_suspend(std::coroutine_handle<Promise> ended) noexcept {
      task_promise_base& promise = ended.promise();
      if (promise.parent != nullptr) {
        promise.thread->continue_with(promise.parent->self);
      } else {
        promise.thread->body_done();
      }
    }
    void await_resume() const noexcept {}
  };
  final_awaiter final_suspend() const noexcept { return {}; }
};

/// Keeps what a coroutine returned or threw.
template <class T>
class task_promise final : public task_promise_base {
  using stored =
      std::conditional_t<std::is_reference_v<T>, std::add_pointer_t<T>, T>;

 public:
  task_promise() noexcept {}
  ~task_promise() {
    if (state_ == state::value) std::destroy_at(&value_);
    if (state_ == state::error) std::destroy_at(&error_);
  }

  task<T> get_return_object() noexcept;

  template <class U = T>
    requires std::convertible_to<U&&, T>
  void return_value(U&& value) {
    if constexpr (std::is_reference_v<T>) {
      std::construct_at(&value_, std::addressof(value));
    } else {
      std::construct_at(&value_, std::forward<U>(value));
    }
    state_ = state::value;
  }

  void unhandled_exception() noexcept {
    // return_value may have been reached, and a local's destructor thrown.
    if (state_ == state::value) std::destroy_at(&value_);
    std::construct_at(&error_, std::current_exception());
    state_ = state::error;
  }

  T result() {
    if (state_ == state::error) std::rethrow_exception(error_);
    if constexpr (std::is_reference_v<T>) {
      return static_cast<T>(*value_);
    } else {
      return std::move(value_);
    }
  }

 private:
  enum class state : unsigned char { none, value, error };

  union {
    stored value_;
    std::exception_ptr error_;
  };
  state state_ = state::none;
};

template <>
class task_promise<void> final : public task_promise_base {
 public:
  task<void> get_return_object() noexcept;
  void return_void() const noexcept {}
  void unhandled_exception() noexcept { error_ = std::current_exception(); }
  void result() const {
    if (error_ != nullptr) std::rethrow_exception(error_);
  }

 private:
  std::exception_ptr error_;
};

/// A coroutine: lazy, move-only, awaited once. What it awaits runs as part of
/// the green thread that awaits it.
template <class T = void>
class [[nodiscard]] task {
 public:
  using promise_type = task_promise<T>;
  using handle = std::coroutine_handle<promise_type>;

  explicit task(handle h) noexcept : handle_(h) {}
  task(task&& other) noexcept : handle_(std::exchange(other.handle_, {})) {}
  task& operator=(task&& other) noexcept {
    std::swap(handle_, other.handle_);
    return *this;
  }
  /// Awaited, unless an exception is on its way or a green thread that never
  /// went so far is killed; builds without NDEBUG see to that.
  ~task() {
    if (!handle_) return;
    assert(!handle_.promise().unawaited() || may_drop(handle_.promise()));
    drop();
  }

  /// It need not be awaited: who got it decides.
  void leave_unawaited() noexcept { handle_.promise().leave_unawaited(); }

  class awaiter {
   public:
    explicit awaiter(handle h) noexcept : handle_(h) {}
    bool await_ready() const noexcept { return false; }

    template <std::derived_from<promise_base> Promise>
    bool await_suspend(std::coroutine_handle<Promise> awaiting,
                       site where = site::current()) noexcept {
      promise_base& parent = awaiting.promise();
      parent.where = where;
      if (parent.thread->interrupted()) [[unlikely]] {
        interrupted_ = parent.thread;
        interrupted_->claim_interrupt();
        handle_.promise().leave_unawaited();
        return false;
      }
      promise_base& child = handle_.promise();
      child.parent = &parent;
      child.thread = parent.thread;
      parent.thread->continue_with(handle_);
      return true;
    }

    T await_resume() {
      if (interrupted_ != nullptr) [[unlikely]] {
        interrupted_->raise_interrupt();
      }
      return handle_.promise().result();
    }

   private:
    handle handle_;
    green_thread* interrupted_ = nullptr;
  };

  /// Runs it to its end; throws what it threw.
  awaiter operator co_await() & noexcept {
    GREEN_ASSERT(handle_ && handle_.promise().thread == nullptr,
                 "a task was awaited twice, or after it was moved");
    return awaiter(handle_);
  }
  awaiter operator co_await() && noexcept { return operator co_await(); }

  /// Makes it the outermost coroutine of a green thread.
  void begin(green_thread& thread) noexcept {
    handle_.promise().thread = &thread;
    thread.continue_with(handle_);
  }
  /// What it returned, or throws what it threw, once it has ended.
  T result() { return handle_.promise().result(); }
  /// Destroys the coroutine, awaited or not.
  void reset() noexcept {
    if (handle_) drop();
  }
  explicit operator bool() const noexcept { return static_cast<bool>(handle_); }

 private:
  // What one that never ran was given cannot have been awaited, either.
  void drop() noexcept {
    [[maybe_unused]] const bool never_ran = handle_.promise().thread == nullptr;
    assert(dropping::begin(never_ran));
    std::exchange(handle_, {}).destroy();
    assert(dropping::end(never_ran));
  }

  handle handle_;
};

template <class T>
task<T> task_promise<T>::get_return_object() noexcept {
  const auto handle = std::coroutine_handle<task_promise>::from_promise(*this);
  self = handle;
  return task<T>(handle);
}

inline task<void> task_promise<void>::get_return_object() noexcept {
  const auto handle = std::coroutine_handle<task_promise>::from_promise(*this);
  self = handle;
  return task<void>(handle);
}

template <class T>
inline constexpr bool is_task = false;
template <class T>
inline constexpr bool is_task<task<T>> = true;

}  // namespace green::core
