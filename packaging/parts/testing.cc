// SPDX-License-Identifier: MIT
// testing: the C library's clock is the simulation's, by green::testing
#include "green/testing.h"

#include <chrono>
#include <ctime>

#include "green/greenlet.h"
#include "green/stdio.h"

green::task<> program() {
  const std::time_t before = std::time(nullptr);
  const auto start = std::chrono::system_clock::now();
  co_await green::sleep(std::chrono::hours(24));
  const auto passed = std::chrono::system_clock::now() - start;
  if (std::time(nullptr) - before < 86'400) throw 1;
  if (passed < std::chrono::hours(24)) throw 2;
}

int main() {
  green::testing::simulate(2, program);
  std::puts("testing");
}
