// SPDX-License-Identifier: MIT
#pragma once

#include "green/core/deadline.h"
#include "green/core/suspension.h"
#include "green/core/timer_heap.h"

namespace green::core {

/// Waits until a deadline. Never early.
class [[nodiscard]] sleep_wait final : public suspension {
 public:
  explicit sleep_wait(deadline until) noexcept : until_(until) {}
  ~sleep_wait() = default;

  void await_resume() { check_interrupt(); }

  void cancel() noexcept override;
  void describe(std::string& out) const override;

 private:
  struct alarm : timer {
    explicit alarm(sleep_wait& w) noexcept : timer(&alarm::ring), owner(w) {}
    static void ring(timer& t);
    sleep_wait& owner;
  };

  bool start() override;

  deadline until_;
  alarm alarm_{*this};
};

/// Goes to the end of the ready queue.
class [[nodiscard]] yield_wait final : public suspension {
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
