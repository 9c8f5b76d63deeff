// SPDX-License-Identifier: MIT
// Whole programs on a kernel that is simulated from a seed, for thousands of
// seeds. GREEN_SEED=N runs one again, GREEN_SEEDS=N as many, from 1.
#include <doctest/doctest.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "tests/support/simulated_programs.h"

namespace {

std::uint64_t number(const char* name, std::uint64_t otherwise) {
  const char* const text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

void simulate_seeds(bool errors) {
  const std::uint64_t only = number("GREEN_SEED", 0);
  const std::uint64_t first = only == 0 ? 1 : only;
  const std::uint64_t count = only == 0 ? number("GREEN_SEEDS", 150) : 1;
  for (const auto& program : tests::simulated_programs) {
    for (std::uint64_t seed = first; seed < first + count; ++seed) {
      tests::simulation plan{.seed = seed, .errors = errors};
      const std::string wrong = tests::simulate(program, plan);
      INFO("GREEN_SEED=" << seed << " of " << std::string(program.name));
      REQUIRE(wrong == "");
      REQUIRE(plan.completions > 0);
    }
  }
}

}  // namespace

TEST_CASE("nothing is lost, whatever the order and the moment") {
  simulate_seeds(false);
}

TEST_CASE("errors end what they hit, and no more") { simulate_seeds(true); }

TEST_CASE("the same seed gives the same trace, another seed another") {
  for (const auto& program : tests::simulated_programs) {
    CAPTURE(std::string(program.name));
    tests::simulation one{.seed = 7}, same{.seed = 7}, other{.seed = 8};
    CHECK(tests::simulate(program, one) == "");
    CHECK(tests::simulate(program, same) == "");
    CHECK(tests::simulate(program, other) == "");
    CHECK(one.trace == same.trace);
    CHECK(one.completions == same.completions);
    CHECK(one.trace != other.trace);
  }
}
