// SPDX-License-Identifier: MIT
#pragma once

#include <thread>
#include <vector>

#include "green/green.h"

namespace tests {

/// Runs f(0), f(1) ... each on the hub of an OS thread of its own.
template <class F>
void run_hubs(int count, F f) {
  std::vector<std::thread> hubs;
  for (int i = 0; i < count; ++i) {
    hubs.emplace_back([&f, i] { green::run(f, i); });
  }
  for (std::thread& hub : hubs) hub.join();
}

}  // namespace tests
