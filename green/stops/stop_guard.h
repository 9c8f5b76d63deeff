// SPDX-License-Identifier: MIT
#pragma once

#include <exception>
#include <optional>
#include <stop_token>

#include "green/core/counted.h"
#include "green/core/green_thread.h"
#include "green/core/interrupts.h"
#include "green/core/runnable.h"
#include "green/core/scheduler.h"
#include "green/core/scheduler_life.h"
#include "green/stops/interruption.h"

namespace green {

/// with_stop throws this when the stop is requested. As timed_out, it is no
/// std::exception, so that a handler of errors swallows no stop.
class stopped : public interruption {
 public:
  stopped() : interruption("green::stopped", "stopped by a stop_token") {}
};

/// The stop of one green thread. It outlives its guard while a post of it is
/// under way.
class stop_interrupt final : public core::counted,
                             private core::interrupt,
                             private core::runnable {
 public:
  explicit stop_interrupt(core::green_thread& target);

  /// By any thread, once: the stop was requested.
  void request() noexcept;

  // On the hub's thread:

  /// A request that came before is delivered at the next wait.
  void begin() noexcept;
  /// The guard goes.
  void forget() noexcept;

  void unref() noexcept {
    if (drop_ref()) delete this;
  }

 private:
  ~stop_interrupt() = default;

  static void arrive(core::runnable& r);
  std::exception_ptr exception() noexcept override;

  const core::scheduler* const home_;
  const core::counted_ptr<core::scheduler_life> hub_;
  core::green_thread* target_;  // null once the guard is gone
  bool begun_ = false;
  bool requested_before_ = false;
};

/// While it lives, the token can stop the green thread that made it.
class stop_guard {
 public:
  explicit stop_guard(std::stop_token token);
  stop_guard(const stop_guard&) = delete;
  stop_guard& operator=(const stop_guard&) = delete;
  ~stop_guard();

 private:
  struct on_stop {
    void operator()() const noexcept { interrupt->request(); }
    stop_interrupt* interrupt;
  };

  const core::counted_ptr<stop_interrupt> interrupt_;
  std::optional<std::stop_callback<on_stop>> callback_;
};

}  // namespace green
