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
#include "green/hub/this_hub.h"

namespace tests {

/// This thread's hub runs on virtual time in this scope.
class virtual_time {
 public:
  virtual_time() { green::hub::this_hub().use_virtual_time(true); }
  virtual_time(const virtual_time&) = delete;
  virtual_time& operator=(const virtual_time&) = delete;
  ~virtual_time() { green::hub::this_hub().use_virtual_time(false); }
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
