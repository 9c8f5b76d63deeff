// SPDX-License-Identifier: MIT
#pragma once

#include <cassert>
#include <concepts>
#include <coroutine>
#include <cstddef>
#include <exception>
#include <memory>
#include <type_traits>
#include <utility>

#include "green/core/assert.h"
#include "green/core/awaiter_for.h"
#include "green/core/call_places.h"
#include "green/core/dangling.h"
#include "green/core/frame_pool.h"
#include "green/core/green_thread.h"
#include "green/core/needs_co_await.h"
#include "green/core/promise_base.h"
#include "green/core/result.h"
#include "green/core/throw_places.h"
#include "green/core/unawaited.h"

namespace green::core {

template <class T>
class task;

/// The part of every task's promise that does not depend on its type.
class task_promise_base : public promise_base, public pooled {
 public:
  /// Finds a mistake of g++ 12. In a coroutine that has co_await in a condition
  /// and no local variable, it puts a variable of its own before the frame's
  /// head. The handle and the promise are then 8 bytes off their places.
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
    assert(call_places::note(self.address()));
    return {self};
  }

  /// A task must be awaited, and nobody has done so yet.
  bool unawaited() const noexcept {
    return thread == nullptr && where.line() != 0;
  }
  void leave_unawaited() noexcept {
    if (thread == nullptr) where = site();
  }

  /// Called when the task is about to begin and its green thread must look. An
  /// interrupt keeps it from beginning. If the others are to have their turn,
  /// it begins later. False when the awaiting coroutine goes on at once.
  bool look_and_begin() noexcept;
  bool interrupted_before() const noexcept { return thread == nullptr; }

  template <class A>
  auto await_transform(A&& operand) {
    return core::awaiter_for(std::forward<A>(operand));
  }

  struct final_awaiter {
    bool await_ready() const noexcept { return false; }
    template <class Promise>
    void await_suspend(std::coroutine_handle<Promise> ended) noexcept {
      task_promise_base& promise = ended.promise();
      if (promise.parent != nullptr) {
        assert(promise.thread->runs(*promise.parent));
        promise.thread->continue_with(promise.parent->self);
      } else {
        promise.thread->body_done();
      }
    }
    void await_resume() const noexcept {}
  };
  final_awaiter final_suspend() const noexcept { return {}; }
};

/// A pointer, plain or not.
template <class T>
concept nullable =
    std::is_object_v<T> && std::convertible_to<std::nullptr_t, T> &&
    requires(const T& pointer) { pointer == nullptr; };

/// The part of a task's promise that keeps the value of co_return.
template <class T>
struct task_return : task_promise_base {
  template <class U = T>
    requires(std::convertible_to<U &&, T> && !refers_to_its_own<T, U>)
  void return_value(U&& value) {
    if constexpr (std::is_reference_v<T>) {
      const std::add_pointer_t<T> place = std::addressof(value);
      result.set(*place);
    } else {
      result.set(std::forward<U>(value));
    }
  }

  /// A temporary or a local variable is gone when its reference is looked at.
  template <class U = T>
    requires refers_to_its_own<T, U>
  void return_value(U&&) = delete;  // the reference would outlive the object

  /// `co_return 0` and NULL, where 0 is no int but a null pointer.
  void return_value(T&& null)
    requires nullable<T>
  {
    return_value<T>(std::move(null));
  }

  core::result<T> result;
};
template <>
struct task_return<void> : task_promise_base {
  void return_void() noexcept { result.set(); }

  core::result<void> result;
};

template <class T>
struct task_promise final : task_return<T> {
  task<T> get_return_object() noexcept {
    const auto handle =
        std::coroutine_handle<task_promise>::from_promise(*this);
    this->self = handle;
    return task<T>(handle);
  }
  /// return_value may have been reached before, and a local's destructor
  /// thrown.
  void unhandled_exception() noexcept {
    std::exception_ptr error = std::current_exception();
    throw_places::note(*this, error);
    this->result.set_error(std::move(error));
  }
};

/// Called for a task that goes without having been awaited, or that a green
/// thread has run to its end. Destroys its coroutine. If that never ran, it is
/// told on stderr, once for each function (unawaited.h).
void drop_task(task_promise_base& coroutine) noexcept;

/// A coroutine: lazy, move-only, awaited once. It runs as a part of the green
/// thread that awaits it.
template <class T = void>
class [[nodiscard("co_await it")]] task : public needs_co_await<task<T>, T> {
 public:
  using promise_type = task_promise<T>;
  using handle = std::coroutine_handle<promise_type>;

  explicit task(handle h) noexcept : handle_(h) {}
  task(task&& other) noexcept : handle_(std::exchange(other.handle_, {})) {}
  task& operator=(task&& other) noexcept {
    std::swap(handle_, other.handle_);
    return *this;
  }
  /// Builds without NDEBUG abort when nobody has awaited it, and others say so.
  /// Two cases are excused: an exception is on its way, or its green thread was
  /// killed before that await.
  ~task() {
    if (!handle_) [[likely]]
      return;
    assert(!handle_.promise().unawaited() || may_drop(handle_.promise()));
    assert(call_places::forget(handle_.address()));
    drop_task(handle_.promise());
  }

  /// Its holder decides whether to await it.
  void leave_unawaited() noexcept { handle_.promise().leave_unawaited(); }
  /// False once it was moved, awaited or reset.
  bool valid() const noexcept { return static_cast<bool>(handle_); }

  /// Owns the coroutine while that runs.
  class awaiter {
   public:
    explicit awaiter(handle h) noexcept : handle_(h) {}
    awaiter(const awaiter&) = delete;
    awaiter& operator=(const awaiter&) = delete;
    // Nobody can have awaited the awaitables that are arguments of a task that
    // never ran.
    ~awaiter() {
      [[maybe_unused]] const bool ran = handle_.promise().thread != nullptr;
      assert(dropping::begin(!ran));
      handle_.destroy();
      assert(dropping::end(!ran));
    }

    bool await_ready() const noexcept { return false; }
    template <std::derived_from<promise_base> Promise>
    bool await_suspend(std::coroutine_handle<Promise> awaiting,
                       site where = site::current()) noexcept {
      return start(handle_, awaiting.promise(), where);
    }

    T await_resume() {
      promise_type& child = handle_.promise();
      if (!child.result.has_value()) [[unlikely]] {
        if (child.interrupted_before()) {
          scheduler::here()->current()->raise_interrupt();
        }
      }
      return child.result.take();
    }

   private:
    handle handle_;
  };

  /// Destroys the coroutine, awaited or not.
  void reset() noexcept {
    if (!handle_) return;
    leave_unawaited();
    drop_task(std::exchange(handle_, {}).promise());
  }

  /// Runs it to its end, and throws its exception.
  awaiter operator co_await() & noexcept {
    GREEN_ASSERT(handle_, "a task was awaited twice, or after it was moved");
    assert(call_places::forget(handle_.address()));
    return awaiter(std::exchange(handle_, {}));
  }
  awaiter operator co_await() && noexcept { return operator co_await(); }

  /// The same for an awaitable that has a task within and keeps it: the task
  /// runs as a part of `awaiting`. False when that goes on at once.
  bool start_for(promise_base& awaiting, site where) noexcept {
    return start(handle_, awaiting, where);
  }
  /// Makes it the outermost coroutine of a green thread.
  void begin(green_thread& thread) noexcept {
    handle_.promise().thread = &thread;
    assert(call_places::forget(handle_.address()));
    assert(thread.runs(handle_.promise()));
    thread.continue_with(handle_);
  }
  /// Destroys the coroutine if there is one, which has begun.
  void end() noexcept {
    if (handle_) std::exchange(handle_, {}).destroy();
  }
  /// Its result or its exception, once it was started so and has ended.
  T result() { return handle_.promise().result.take(); }

 private:
  static bool start(handle h, promise_base& parent, site where) noexcept {
    parent.where = where;
    task_promise_base& child = h.promise();
    child.parent = &parent;
    child.thread = parent.thread;
    if (parent.thread->must_look()) [[unlikely]]
      return child.look_and_begin();
    return parent.thread->run_within(h, child);
  }

  handle handle_;
};

template <class T>
inline constexpr bool is_task = false;
template <class T>
inline constexpr bool is_task<task<T>> = true;

}  // namespace green::core
