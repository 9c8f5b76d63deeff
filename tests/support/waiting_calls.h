// SPDX-License-Identifier: MIT
// The calls of the mirrors of POSIX that wait, each as one row of a table.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "green/task.h"

namespace tests {

struct waiting_call {
  enum class after_handler : unsigned char {
    restarts,  // if the handler has SA_RESTART
    ends,      // whatever the handler has
    goes_on,   // the original never fails with EINTR
  };

  std::string name;
  after_handler how;
  /// Begins the call. The result is not negative when the call succeeds.
  std::function<green::task<long>()> call;
  /// From now on the call succeeds, or at once if it has not begun.
  std::function<void()> release;
};

/// One row for each, with files and memory of its own.
std::vector<waiting_call> waiting_calls();

}  // namespace tests
