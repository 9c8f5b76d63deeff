// SPDX-License-Identifier: MIT
//
// A task: a coroutine, and the return type of every function that waits.
//
//   green::task<int> half(int n) {
//     co_await green::sleep(1ms);
//     co_return n / 2;
//   }
//   green::task<int> quarter(int n) {
//     green::task<int> first = half(n);   // does not run yet
//     int half_of_it = co_await first;    // runs to its end, or throws
//     co_return co_await half(half_of_it);
//   }
//
// A task runs on the hub and the green thread of the one that awaits it. A kill
// or timeout is thrown at the innermost await (docs/contract.md).
#pragma once

#include "green/core/callable.h"
#include "green/core/green_thread.h"
#include "green/core/task.h"

namespace green {

/// A coroutine that begins when it is awaited. It can be moved, and is awaited
/// once.
using core::task;

/// The result of f(args...), for an F and Args; if that is an awaitable, the
/// result of an await. std::invoke_result_t would be the awaitable.
using core::call_result_t;

/// A kill throws this at the current await of the green thread. No
/// std::exception, so that it passes through handlers of those.
using core::killed;

}  // namespace green
