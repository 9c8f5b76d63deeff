// SPDX-License-Identifier: MIT
//
// Each kind of descriptor that a call can be given, and each state of one that
// changes an answer: to be made anew for each call.
//
//   for (const tests::kind& k : tests::kinds()) {
//     const tests::specimen one = k.make();
//     ... one.fd ...
//   }
#pragma once

#include <string>
#include <vector>

#include "tests/support/sockets.h"

namespace tests {

/// A descriptor, and what it needs to stay what it is.
struct specimen {
  specimen(descriptor one) : fd(one) { kept.push_back(std::move(one)); }
  specimen(descriptor one, descriptor other) : specimen(std::move(one)) {
    kept.push_back(std::move(other));
  }
  explicit specimen(int none) : fd(none) {}

  int fd;
  std::vector<descriptor> kept;
};

struct kind {
  std::string name;
  specimen (*make)();
};

/// Sockets are Unix's or of loopback, and have buffers as small as can be.
const std::vector<kind>& kinds();

}  // namespace tests
