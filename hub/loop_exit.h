// SPDX-License-Identifier: MIT
#pragma once

#include <stdexcept>

namespace green::hub {

/// gevent's LoopExit: this operation would block forever. what() lists all
/// green threads and their waits.
class loop_exit : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace green::hub
