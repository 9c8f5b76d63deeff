// SPDX-License-Identifier: MIT
#pragma once

#include "green/core/green_thread.h"
#include "green/patcher/gate.h"

namespace green::patcher {

/// The owner of the stack that this thread is on, for the report of an
/// overflow.
struct stack_user {
  const gate* stack = nullptr;
  const core::green_thread* runs_for = nullptr;
  core::site called_at;
};

/// Null on a stack that is no fiber's.
[[gnu::tls_model(
    "initial-exec")]] extern constinit thread_local const stack_user*
    stack_user_here;

/// From now on, stderr names a fiber that overflows its stack on this thread.
/// Then SIGSEGV ends the process, with the registers of the fault. A program or
/// sanitizer that handles the signal is left alone.
void watch_for_overflow() noexcept;

}  // namespace green::patcher
