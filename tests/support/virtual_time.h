// SPDX-License-Identifier: MIT
//
// Virtual time for tests of single awaits, which jumps at once: not together
// with real I/O that takes its time. Whole programs run by
// green::testing::run.
//
//   TEST_CASE("sleepers wake in order") {
//     tests::run_virtual([]() -> green::task<> {
//       const auto start = green::core::now();
//       co_await green::sleep(1h);
//       CHECK(tests::since(start) == 1h);
//     });
//   }
#pragma once

#include <chrono>
#include <cstdint>
#include <utility>

#include "green/core/deadline.h"
#include "green/green.h"
#include "green/testing/virtual_time.h"

namespace tests {

/// The test kit's, which jumps at once.
struct virtual_time : green::testing::virtual_time {
  virtual_time() : green::testing::virtual_time(false) {}
};

/// green::run on virtual time.
template <class F, class... Args>
decltype(auto) run_virtual(F&& f, Args&&... args) {
  const virtual_time scope;
  return green::run(std::forward<F>(f), std::forward<Args>(args)...);
}

/// What has passed since core::now() was `start`.
inline std::chrono::nanoseconds since(std::int64_t start) {
  return std::chrono::nanoseconds(green::core::now() - start);
}

}  // namespace tests
