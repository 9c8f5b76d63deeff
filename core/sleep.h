// SPDX-License-Identifier: MIT
#pragma once

#include <cassert>
#include <concepts>
#include <coroutine>
#include <string>

#include "green/core/call_places.h"
#include "green/core/deadline.h"
#include "green/core/green_thread.h"
#include "green/core/needs_co_await.h"
#include "green/core/promise_base.h"
#include "green/core/suspension.h"
#include "green/core/timer_heap.h"
#include "green/core/unawaited.h"

namespace green::core {

/// Waits until a deadline. Only a signal ends it early, in a signal_scope.
class [[nodiscard("co_await it")]] sleep_wait final : public suspension {
 public:
  explicit sleep_wait(deadline until) noexcept : alarm_(*this, until) {}
  ~sleep_wait() = default;

  void await_resume() {
    check_interrupt();
    alarm_.until_.ask_clock();
  }

  void cancel() noexcept override { end_early(outcome::interrupted); }
  void end_by_signal() noexcept override { end_early(outcome::done); }
  void describe(std::string& out) const override;

 private:
  bool start() override;
  void end_early(outcome how) noexcept;
  void wake_up() noexcept { end_wait(outcome::done); }

  member_timer<sleep_wait, &sleep_wait::wake_up> alarm_;
};

/// Goes to the end of the ready queue. Nothing ends this wait early, so that it
/// needs nothing of a suspension. An interrupt is thrown when it goes on.
class [[nodiscard("co_await it")]] yield_wait final
    : public needs_co_await<yield_wait> {
 public:
  yield_wait() noexcept { assert(call_places::note(this)); }
  yield_wait(const yield_wait&) = delete;
  yield_wait& operator=(const yield_wait&) = delete;
  ~yield_wait() {
    assert(may_go_ || thread_ != nullptr || may_drop("a wait", this));
    assert(call_places::forget(this));
  }

  bool await_ready() const noexcept { return false; }
  template <std::derived_from<promise_base> Promise>
  bool await_suspend(std::coroutine_handle<Promise> awaiting,
                     site where = site::current()) noexcept {
    promise_base& promise = awaiting.promise();
    promise.where = where;
    thread_ = promise.thread;
    assert(thread_->home().on_own_thread());
    if (thread_->interrupted()) [[unlikely]]
      return false;
    thread_->give_way(promise);
    return true;
  }
  void await_resume() {
    if (thread_->interrupted()) [[unlikely]]
      thread_->throw_interrupt();
  }

  /// Its holder decides whether to await it.
  void leave_unawaited() noexcept { may_go_ = true; }

 private:
  green_thread* thread_ = nullptr;
  bool may_go_ = false;
};

}  // namespace green::core
