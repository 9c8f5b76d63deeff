// SPDX-License-Identifier: MIT
#pragma once

#include <system_error>
#include <utility>

#include "green/task.h"

namespace tests {

/// The error number of the std::system_error that the task throws; else 0.
template <class T>
green::task<int> error_of(green::task<T> running) {
  try {
    co_await std::move(running);
  } catch (const std::system_error& e) {
    co_return e.code().value();
  }
  co_return 0;
}

}  // namespace tests
