// SPDX-License-Identifier: MIT
//
// Children that tests start, and that they leave nothing behind:
//
//   const tests::leaves_nothing checks;  // first in a test: at its end there
//                                        // is no child and no new descriptor
#pragma once

#include <doctest/doctest.h>
#include <sys/wait.h>

#include <cerrno>
#include <string>

#include "green/green.h"
#include "tests/support/descriptors.h"

namespace tests {

/// Has this process a child, alive or not?
inline bool has_children() {
  siginfo_t info{};
  return ::waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) == 0;
}

/// Is this process still there, if only as a zombie?
inline bool exists(pid_t pid) { return ::kill(pid, 0) == 0; }

class leaves_nothing {
 public:
  leaves_nothing() {
    green::run([] {});
    before_ = open_descriptors();
    CHECK_FALSE(has_children());
  }
  leaves_nothing(const leaves_nothing&) = delete;
  leaves_nothing& operator=(const leaves_nothing&) = delete;
  ~leaves_nothing() {
    CHECK_FALSE(has_children());
    CHECK(open_descriptors() == before_);
  }

 private:
  int before_;
};

}  // namespace tests
