// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <stdexcept>
#include <string>

#include "green/error_handler.h"
#include "green/greenlet.h"
#include "green/task.h"

namespace tests {

using namespace std::chrono_literals;
using green::task;

// Sleeps that many ms, and gives them.
inline task<int> late(int ms) {
  co_await green::sleep(std::chrono::milliseconds(ms));
  co_return ms;
}

inline task<> fails(int ms) {
  co_await green::sleep(std::chrono::milliseconds(ms));
  throw std::runtime_error("after " + std::to_string(ms));
}

inline task<std::string> text(int ms) {
  co_await green::sleep(std::chrono::milliseconds(ms));
  co_return "text";
}

// Needs 50 ms to die; says so.
inline task<int> dies_slowly(std::string& log) {
  try {
    co_await green::sleep(1h);
  } catch (const green::killed&) {
    log += "killed ";
  }
  co_await green::sleep(50ms);
  log += "cleaned ";
  throw green::killed();
}

// Counts the errors that nobody took.
class unhandled {
 public:
  unhandled()
      : before_(green::set_error_handler(
            [this](const green::unhandled_error&) { ++count; })) {}
  ~unhandled() { green::set_error_handler(before_); }
  int count = 0;

 private:
  green::error_handler before_;
};

// One that only an rvalue or only an lvalue of it can be awaited.
struct only_lvalue {
  green::core::sleep_wait operator co_await() & { return green::sleep(1ms); }
};

}  // namespace tests
