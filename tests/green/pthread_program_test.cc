// SPDX-License-Identifier: MIT
// A program of threads and its green twin find out the same.
// tests/docs/pthread_program_test.cc compares their texts.
#include <doctest/doctest.h>

#include <string>

#include "green/green.h"
#include "tests/support/pthread_program.h"

using std::string;

TEST_CASE("the twins find out the same") {
  constexpr std::size_t room = 1000;
  char of_system[room] = "", of_green[room] = "";
  twins::system_side::run_program(of_system, sizeof of_system);
  green::run([&of_green]() -> green::task<> {
    co_await twins::green_side::run_program(of_green, sizeof of_green);
  });
  const string expected =
      "the consumers' sum is 179700\n"
      "368 hits, 32 misses, 0 wrong\n"
      "50 steps, the middle is ";
  CHECK(string(of_system).substr(0, expected.size()) == expected);
  CHECK(string(of_green) == of_system);
}
