// SPDX-License-Identifier: MIT
#pragma once

namespace green::patcher {

/// The stack pointer where a stack goes on. Everything else is on the stack,
/// even the control words of floating point.
using context = void*;

/// Goes on at `to`, and comes back when somebody switches to `from`. Returns
/// the argument of that switch.
void* switch_context(context& from, context to, void* passed) noexcept;

/// Prepares a stack that ends at `top`. The first switch to it calls entry with
/// that switch's argument. entry must not return.
context make_context(void* top, void (*entry)(void*)) noexcept;

/// Is there a switch for this machine, and may it be used? Not where the CPU
/// keeps a shadow stack.
bool can_switch() noexcept;

}  // namespace green::patcher
