// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include <cstddef>
#include <string>

#include "tests/support/program.h"

using std::string;
using tests::finished;
using tests::refuses;
using tests::run;

namespace {

const string dining_philosophers = "examples/dining_philosophers";

string philosopher(int seat) { return "philosopher " + std::to_string(seat); }

bool says(const string& text, const string& words) {
  return text.find(words) != string::npos;
}

}  // namespace

TEST_CASE("the philosophers dine when both forks are taken at once") {  // I14
  const finished f = run({dining_philosophers});
  CHECK(f.status == 0);
  CHECK(f.err == "");
  for (int seat = 0; seat < 5; ++seat) {
    std::size_t before = 0;
    for (int meal = 1; meal <= 3; ++meal) {
      const std::size_t at = f.out.find(
          philosopher(seat) + " eats meal " + std::to_string(meal) + "\n",
          before);
      REQUIRE(at != string::npos);
      before = at;
    }
  }
  CHECK(f.out.ends_with("\nall 5 have dined\n"));
}

TEST_CASE("the greedy philosophers are deadlocked, and it is reported") {
  const finished f = run({dining_philosophers, "--deadlock"});
  CHECK(f.status == 1);
  CHECK_FALSE(says(f.out, "eats"));
  CHECK_FALSE(says(f.out, "have dined"));
  CHECK(says(f.err, "This operation would block forever"));
  for (int seat = 0; seat < 5; ++seat) {
    CHECK(says(f.out, philosopher(seat) + " has the left fork\n"));
    // Who waits for which lock, who has it, and where it is awaited.
    const std::size_t line = f.err.find("\n  " + philosopher(seat) + ": mutex");
    REQUIRE(line != string::npos);
    const string waits = f.err.substr(line, f.err.find('\n', line + 1) - line);
    CHECK(says(waits, "held by " + philosopher((seat + 1) % 5) + " at "));
    CHECK(says(waits, "dining_philosophers.cc:"));
  }
  string ring = "  deadlock: " + philosopher(0);
  for (int seat = 1; seat < 5; ++seat) {
    ring += " waits for " + philosopher(seat) + ", which";
  }
  CHECK(says(f.err, ring + " waits for " + philosopher(0) + "\n"));
}

TEST_CASE("dining_philosophers refuses what makes no sense") {
  CHECK(refuses(run({dining_philosophers, "--greedy"}), "'--greedy'"));
  CHECK(refuses(run({dining_philosophers, "--deadlock", "x"}), "'x'"));
}
