// SPDX-License-Identifier: MIT
#pragma once

#include <coroutine>

#include "green/core/awaited.h"
#include "green/core/promise_base.h"
#include "green/core/runnable.h"
#include "green/core/scheduler.h"

namespace green::core {

/// The part of a green thread that each of its turns uses. With the green
/// thread's own pointer it fills one cache line.
class turn_state : public runnable {
 protected:
  turn_state(void (*run)(runnable&), scheduler& home) noexcept
      : runnable(run), home_(&home) {}
  ~turn_state() = default;

  int errno_ = 0;             // while it waits
  unsigned char nested_ = 0;  // coroutines that run within their parents
  bool started_ = false;
  bool told_ = false;     // leaf_ is the running coroutine, too
  bool alerted_ = false;  // an interrupt has come, and may be there still
  // The resume loop goes on with it. The green thread's own address says that
  // the body is done.
  std::coroutine_handle<> continuation_;
  promise_base* leaf_ = nullptr;  // the innermost coroutine, once parked
  awaited* waiting_ = nullptr;
  scheduler* home_;
};

}  // namespace green::core
