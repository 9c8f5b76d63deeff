// SPDX-License-Identifier: MIT
#pragma once

#include <coroutine>
#include <source_location>

namespace green::core {

class green_thread;

/// A line of the program, for dumps and reports.
using site = std::source_location;

/// Every coroutine of green knows the green thread that runs it, the coroutine
/// that awaits it, and the line at which it awaits.
struct promise_base {
  std::coroutine_handle<> self;
  promise_base* parent = nullptr;
  green_thread* thread = nullptr;
  site where;
};

}  // namespace green::core
