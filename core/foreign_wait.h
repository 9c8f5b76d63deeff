// SPDX-License-Identifier: MIT
#pragma once

#include <concepts>
#include <coroutine>
#include <stop_token>
#include <string>
#include <system_error>
#include <type_traits>
#include <utility>

#include "green/core/awaitable.h"
#include "green/core/resumption.h"
#include "green/core/scheduler.h"
#include "green/core/suspension.h"
#include "green/core/type_id.h"

namespace green::core {

/// A type for which somebody has written an operator co_await. The look-up
/// completes the types that A is made of, as the compiler's own does.
template <class A>
concept has_free_co_await =
    requires(A&& a) { operator co_await(std::forward<A>(a)); };

/// get_awaiter, which also knows an operator co_await that is no member.
template <class A>
decltype(auto) get_any_awaiter(A&& operand) {
  if constexpr (awaitable<A> || !has_free_co_await<A>) {
    return core::get_awaiter(std::forward<A>(operand));
  } else {
    return operator co_await(std::forward<A>(operand));
  }
}

/// The awaiter of a foreign awaitable can be given the handle of any coroutine.
/// green's own awaiters take those of tasks alone.
template <class Awaiter>
concept takes_any_handle =
    requires(Awaiter& a, std::coroutine_handle<> h) { a.await_suspend(h); };
/// The same with a stop_token, by which it is told to end early.
template <class Awaiter>
concept takes_stop_token =
    requires(Awaiter& a, std::coroutine_handle<> h, std::stop_token t) {
      a.await_suspend(h, t);
    };
template <class Awaiter>
concept foreign_awaiter =
    takes_any_handle<Awaiter> || takes_stop_token<Awaiter>;

/// A green thread's wait until a foreign awaitable resumes it. Nothing else
/// ends the wait, because the awaitable may use the frame until then. So an
/// interrupt is thrown if it came before the wait began. A later one requests a
/// stop, if the awaitable takes a token, and stays pending.
class foreign_wait_base : public suspension {
 public:
  bool await_ready();
  template <std::derived_from<promise_base> Promise>
  bool await_suspend(std::coroutine_handle<Promise> awaiting,
                     site where = site::current()) {
    if (!asked_) awaiting.promise().thread->look_next();
    return suspend(awaiting.promise(), where);
  }

  void cancel() noexcept final;
  bool abandon() noexcept final;
  void vanish() noexcept final;
  void describe(std::string& out) const final;

 protected:
  explicit foreign_wait_base(std::stop_source* source) noexcept
      : suspension(begins_now(), interrupts::thrown), source_(source) {}
  ~foreign_wait_base() {
    if (resumption_ != nullptr) resumption_->give_back();
  }

  /// await_ready of the awaitable.
  virtual bool is_ready() = 0;
  /// Its await_suspend. False when it did not suspend.
  virtual bool begin(std::coroutine_handle<> handle) = 0;
  virtual type_id type() const noexcept = 0;

  /// Has to be called first when the wait is over. Throws the interrupt that
  /// came before the wait, or operation_canceled if the handle was destroyed.
  void finish();
  /// The awaitable gave this error. If an interrupt has asked for that, throws
  /// the interrupt.
  void answer_stop(const std::error_code& error);

  std::stop_source* source_;

 private:
  bool start() final;

  resumption* resumption_ = nullptr;
  bool asked_ = false;    // is_ready
  bool stopped_ = false;  // by an interrupt
};

/// The awaiter of a foreign awaitable A in a task.
template <class A>
class foreign_wait final : public foreign_wait_base {
  using awaiter = decltype(core::get_any_awaiter(std::declval<A>()));
  using awaiter_object = std::remove_reference_t<awaiter>;
  static constexpr bool with_token = takes_stop_token<awaiter_object>;

 public:
  /// An interrupt requests a stop from the source, if there is one.
  explicit foreign_wait(A&& operand, std::stop_source* source = nullptr)
      : foreign_wait_base(source),
        awaiter_(core::get_any_awaiter(std::forward<A>(operand))) {
    if constexpr (with_token) {
      if (source_ == nullptr) {
        own_source_ = std::stop_source();
        source_ = &own_source_;
      }
    }
  }
  ~foreign_wait() = default;

  decltype(auto) await_resume() {
    if (source_ == nullptr) {
      finish();
      return object().await_resume();
    }
    try {
      finish();
      return object().await_resume();
    } catch (const std::system_error& error) {
      answer_stop(error.code());
      throw;
    }
  }

 private:
  struct no_source {};

  awaiter_object& object() noexcept { return awaiter_; }

  bool is_ready() override { return static_cast<bool>(object().await_ready()); }

  decltype(auto) suspend_foreign(std::coroutine_handle<> handle) {
    if constexpr (with_token) {
      return object().await_suspend(handle, source_->get_token());
    } else {
      return object().await_suspend(handle);
    }
  }

  bool begin(std::coroutine_handle<> handle) override {
    using answer = decltype(suspend_foreign(handle));
    if constexpr (std::is_void_v<answer>) {
      suspend_foreign(handle);
      return true;
    } else if constexpr (std::is_convertible_v<answer,
                                               std::coroutine_handle<>>) {
      // The coroutine that is to go on does so here, on the stack of the hub.
      // When it suspends or ends, the stack is as before.
      const std::coroutine_handle<> next = suspend_foreign(handle);
      next.resume();
      return true;
    } else {
      return suspend_foreign(handle);
    }
  }

  type_id type() const noexcept override {
    return type_id::of<std::remove_cvref_t<A>>();
  }

  awaiter awaiter_;
  [[no_unique_address]] std::conditional_t<with_token, std::stop_source,
                                           no_source> own_source_ =
      make_source();

  static auto make_source() noexcept {
    if constexpr (with_token) {
      return std::stop_source(std::nostopstate);
    } else {
      return no_source();
    }
  }
};

}  // namespace green::core
