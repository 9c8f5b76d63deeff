// SPDX-License-Identifier: MIT
#pragma once

#include "green/core/deadline.h"
#include "green/core/suspension.h"
#include "green/core/timer_heap.h"

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

/// Goes to the end of the ready queue.
class [[nodiscard("co_await it")]] yield_wait final : public suspension {
 public:
  yield_wait() noexcept {}
  ~yield_wait() = default;

  void await_resume() { check_interrupt(); }

  void cancel() noexcept override;
  void describe(std::string& out) const override { out += "yield"; }

 private:
  bool start() override {
    end_wait(outcome::done);
    return true;
  }
};

}  // namespace green::core
