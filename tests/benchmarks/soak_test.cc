// SPDX-License-Identifier: MIT
// The long run, in short: thousands of connections in a few seconds.
#include <doctest/doctest.h>

#include <string>

#include "tests/support/program.h"

namespace {

using std::string;

bool says(const string& text, const string& what) {
  return text.find(what) != string::npos;
}

}  // namespace

TEST_CASE("nothing is lost among clients that misbehave") {
  const auto r = tests::run({"benchmarks/soak", "--connections", "300",
                             "--seconds", "4", "--seed", "3"});
  CAPTURE(r.out);
  CAPTURE(r.err);
  CHECK(r.status == 0);
  CHECK(says(r.out, "connections made"));
  CHECK(!says(r.out, "FAILED"));
}

TEST_CASE("it says how it is used") {
  const auto r = tests::run({"benchmarks/soak", "--help"});
  CHECK(r.status == 0);
  CHECK(r.out.starts_with("usage: soak [OPTIONS]\n"));
}

TEST_CASE("what it does not understand is refused") {
  const auto refused = [](const string& option, const string& value) {
    const auto r = tests::run({"benchmarks/soak", option, value});
    CAPTURE(r.err);
    CHECK(r.status == 2);
    CHECK(says(r.err, option));
    CHECK(says(r.err, "usage: soak"));
  };
  refused("--connections", "0");
  refused("--connections", "many");
  refused("--seconds", "-1");
  refused("--seed", "x");
  refused("--backend", "kqueue");
  refused("--unheard-of", "1");
  refused("more", "words");
}
