// SPDX-License-Identifier: MIT
#pragma once

namespace green::patcher {

/// Where a stack goes on: its stack pointer. All else is on the stack, the
/// control words of floating point included.
using context = void*;

/// Goes on at `to`, and comes back when somebody switches to `from`; gives what
/// that one passes.
void* switch_context(context& from, context to, void* passed) noexcept;

/// A stack that ends at `top`, which will call entry(what is passed first). It
/// must not return.
context make_context(void* top, void (*entry)(void*)) noexcept;

/// Is there a switch for this machine, and may it be used? Not where the CPU
/// keeps a shadow stack of its own.
bool can_switch() noexcept;

}  // namespace green::patcher
