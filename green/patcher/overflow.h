// SPDX-License-Identifier: MIT
#pragma once

#include "green/core/green_thread.h"
#include "green/patcher/gate.h"

namespace green::patcher {

/// Whose stack this thread is on, for what is said when it overflows.
struct stack_user {
  const gate* stack = nullptr;
  const core::green_thread* runs_for = nullptr;
  core::site called_at;
};

/// Null on a stack that is none of a fiber.
[[gnu::tls_model(
    "initial-exec")]] extern constinit thread_local const stack_user*
    stack_user_here;

/// From now on, a fiber that overflows its stack on this thread is named on
/// stderr before the process ends by SIGSEGV as ever, with the registers of the
/// fault. A program, or a sanitizer, that handles that signal is left alone.
void watch_for_overflow() noexcept;

}  // namespace green::patcher
