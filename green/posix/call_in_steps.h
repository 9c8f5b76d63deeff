// SPDX-License-Identifier: MIT
#pragma once

#include <cassert>
#include <concepts>
#include <coroutine>
#include <cstdint>
#include <type_traits>
#include <utility>

#include "green/core/call_places.h"
#include "green/core/green_thread.h"
#include "green/core/needs_co_await.h"
#include "green/core/promise_base.h"
#include "green/core/unawaited.h"
#include "green/task.h"

namespace green {

/// A call that mostly has its result at once, with its arguments and its
/// result. A derived class has a `bool at_once()`, too. True: the call has its
/// result, without a wait.
class request_in_steps {
 public:
  /// A call that was not done at once is done so.
  virtual task<> in_steps() = 0;
  std::intptr_t result() const noexcept { return result_; }

 protected:
  request_in_steps() noexcept = default;
  request_in_steps(const request_in_steps&) = default;
  request_in_steps& operator=(const request_in_steps&) = default;
  ~request_in_steps() = default;

  void set(std::intptr_t result) noexcept { result_ = result; }

 private:
  std::intptr_t result_ = 0;
};

/// The awaiting of a request. Only one that waits needs a coroutine.
class awaiter_in_steps {
 public:
  bool await_ready() const noexcept { return false; }

 protected:
  awaiter_in_steps() noexcept = default;
  awaiter_in_steps(const awaiter_in_steps&) = delete;
  awaiter_in_steps& operator=(const awaiter_in_steps&) = delete;
  ~awaiter_in_steps() = default;

  /// The call was not done at once. `look`: this await has to look.
  bool begin(request_in_steps& request, core::promise_base& promise,
             core::site where, bool look);
  /// Throws what ended the call early.
  void finish() {
    if (interrupted_ || steps_.valid()) [[unlikely]]
      throw_what_came();
  }

 private:
  void throw_what_came();

  task<> steps_{task<>::handle()};
  bool interrupted_ = false;
};

/// The call of a request as an awaitable that gives an R.
template <class R, class Request>
class [[nodiscard("co_await it")]] call_in_steps final
    : public core::needs_co_await<call_in_steps<R, Request>, R> {
 public:
  template <class... Arguments>
  explicit call_in_steps(const char* name, Arguments&&... arguments)
      : name_(name), request_(std::forward<Arguments>(arguments)...) {
    assert(core::call_places::note(this));
  }
  call_in_steps(call_in_steps&& other) noexcept
      : name_(other.name_),
        request_(std::move(other.request_)),
        unawaited_(std::exchange(other.unawaited_, false)) {
    assert(core::call_places::move(&other, this));
  }
  call_in_steps& operator=(call_in_steps&&) = delete;
  ~call_in_steps() {
    assert(!unawaited_ || core::may_drop(name_, this));
    assert(core::call_places::forget(this));
  }

  /// From now on it need not be awaited.
  void leave_unawaited() noexcept { unawaited_ = false; }

  class awaiter final : public awaiter_in_steps {
   public:
    explicit awaiter(Request& request) noexcept : request_(request) {}

    template <std::derived_from<core::promise_base> Promise>
    bool await_suspend(std::coroutine_handle<Promise> awaiting,
                       core::site where = core::site::current()) {
      core::promise_base& promise = awaiting.promise();
      core::green_thread& thread = *promise.thread;
      const bool look = thread.must_look();
      const bool done = (!look || !thread.interrupted()) && request_.at_once();
      if (!done) return begin(request_, promise, where, look);
      if (!look) [[likely]]
        return false;
      promise.where = where;
      return thread.gives_way(promise);
    }
    R await_resume() {
      finish();
      if constexpr (std::is_pointer_v<R>) {
        return reinterpret_cast<R>(request_.result());
      } else {
        return static_cast<R>(request_.result());
      }
    }

   private:
    Request& request_;
  };
  awaiter operator co_await() noexcept {
    unawaited_ = false;
    return awaiter(request_);
  }

 private:
  const char* name_;
  Request request_;
  bool unawaited_ = true;
};

}  // namespace green
