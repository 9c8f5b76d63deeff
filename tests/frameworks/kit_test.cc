// SPDX-License-Identifier: MIT
// The test kit in other frameworks than this one: a failing seed fails the
// case, and its report stands in the framework's own.
#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "tests/support/program.h"

namespace {

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

// The number behind the last GREEN_SEED=.
std::string seed_in(const std::string& text) {
  const std::string name = "GREEN_SEED=";
  const std::size_t at = text.rfind(name);
  REQUIRE(at != std::string::npos);
  return text.substr(at, text.find(' ', at) - at);
}

}  // namespace

TEST_CASE("GoogleTest shows the seed of a failing case") {
  const std::string program = "tests/frameworks/googletest";
  const auto r = tests::run({program});
  CHECK(r.status == 1);
  CHECK(has(r.out, "[  PASSED  ] 2 tests"));
  CHECK(has(r.out, "[  FAILED  ] Kit.FailsByAnException"));
  CHECK(has(r.out, "[  FAILED  ] Kit.FailsByAnExpectation"));
  CHECK(has(r.out, "green: simulate: seed "));
  CHECK(has(r.out, "a seven"));
  CHECK(has(r.out, "fails_when counts 1 more"));
  const auto again = tests::run({"env", seed_in(r.err), program});
  CHECK(again.status == 1);
  CHECK(seed_in(again.err) == seed_in(r.err));
}

TEST_CASE("Catch2 shows the seed of a failing case") {
  const std::string program = "tests/frameworks/catch2";
  const auto r = tests::run({program});
  // The number of failed assertions, or 42 by Catch2 3.
  CHECK((r.status == 3 || r.status == 42));
  CHECK(has(r.out, "2 passed | 2 failed"));
  CHECK(has(r.out, "green: simulate: seed "));
  CHECK(has(r.out, "a seven"));
  CHECK(has(r.out, "::rand() % 10 != 7"));
  const auto again = tests::run({"env", seed_in(r.err), program});
  CHECK(again.status == r.status);
  CHECK(seed_in(again.err) == seed_in(r.err));
}
