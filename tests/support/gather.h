// SPDX-License-Identifier: MIT
//
// Tests of unmodified clients that block: many tasks with a connection each, on
// the thread of one hub.
#pragma once

#include <filesystem>
#include <string>
#include <system_error>
#include <vector>

#include "green/green.h"
#include "green/greenlet.h"
#include "green/patched.h"

namespace tests {

constexpr int tasks = 50, calls = 20;

/// How many threads this process has.
inline int threads() {
  int count = 0;
  std::error_code ignored;
  for (const auto& entry :
       std::filesystem::directory_iterator("/proc/self/task", ignored)) {
    (void)entry;
    ++count;
  }
  return count;
}

/// Runs work(n), which blocks, on fibers for n = 0, 1 ... at once; the sum.
template <class Work>
green::task<int> gather(Work& work, int count = tasks) {
  int sum = 0;
  const auto one = [&](int n) -> green::task<> {
    auto call = [&] { return work(n); };
    sum += co_await green::patched(call);
  };
  std::vector<green::greenlet<>> all;
  for (int n = 0; n < count; ++n) all.push_back(green::spawn(one, n));
  co_await green::joinall(all, green::deadline::never(), true);
  co_return sum;
}

}  // namespace tests
