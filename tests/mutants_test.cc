// SPDX-License-Identifier: MIT
// A test of the simulation: hubs that were broken on purpose are found out.
// What it says of each: after how many seeds, by which program, and how.
#include <doctest/doctest.h>

#include <stdexcept>
#include <string>

#include "tests/support/program.h"

namespace {

using std::string;

constexpr int most_seeds = 150;

// What is between two texts; empty where they are not.
string between(const string& text, const string& before, const string& after) {
  const std::size_t found = text.find(before);
  if (found == string::npos) return "";
  const std::size_t begin = found + before.size();
  return text.substr(begin, text.find(after, begin) - begin);
}

// How a seed fails on this hub; empty if it does not.
string failure_of(const string& mutant, int seed) {
  try {
    const auto r = tests::run({"env", "GREEN_SEED=" + std::to_string(seed),
                               "tests/mutants/" + mutant, "-tce=the same*"});
    if (r.status == 0) return "";
    REQUIRE(r.status != 126);  // of env: it did not start
    REQUIRE(r.status != 127);
    const string program = between(r.out, " of ", "\n");
    const string wrong = between(r.out, "values: REQUIRE( ", " == ");
    if (!wrong.empty()) return program + ": " + wrong;
    const string asserted = r.err.substr(0, r.err.find('\n'));
    return asserted.empty() ? "status " + std::to_string(r.status) : asserted;
  } catch (const std::runtime_error&) {
    return "it does not end";
  }
}

bool found_out(const string& mutant) {
  for (int seed = 1; seed <= most_seeds; ++seed) {
    const string how = failure_of(mutant, seed);
    if (how.empty()) continue;
    MESSAGE(mutant << " at seed " << seed << ", " << how);
    return true;
  }
  return false;
}

}  // namespace

TEST_CASE("a hub that goes on with the first completion") {
  CHECK(found_out("first_completion"));
}

TEST_CASE("a hub whose kills win over results") {
  CHECK(found_out("dropped_result"));
}

TEST_CASE("a hub that forgets what was sent before an interrupt") {
  CHECK(found_out("dropped_part"));
}

TEST_CASE("a hub that sends a part again") { CHECK(found_out("doubled_part")); }

TEST_CASE("a hub that shows interrupts of the kernel") {
  CHECK(found_out("shown_interrupt"));
}

TEST_CASE("a hub whose send gives up when there is no room") {
  CHECK(found_out("hasty_send"));
}

TEST_CASE("a hub that closes too early") { CHECK(found_out("hasty_close")); }

TEST_CASE("a hub that loses cancels") { CHECK(found_out("lost_cancel")); }

TEST_CASE("a hub that believes a cancel which finds nothing") {
  CHECK(found_out("missed_cancel"));
}

TEST_CASE("a hub that loses submissions") {
  CHECK(found_out("lost_submission"));
}

TEST_CASE("a hub whose ring moves the position of a file") {
  CHECK(found_out("unlocked_position"));
}

TEST_CASE("a hub whose ring waits for room of a datagram") {
  CHECK(found_out("spent_record"));
}

TEST_CASE("a hub whose ring puts records together") {
  CHECK(found_out("merged_records"));
}

TEST_CASE("a choice that takes two items") {
  // It may end by a signal, because the choice goes on twice.
  const auto r = tests::run({"tests/mutants/two_items", "-tc=several cases*"});
  const bool started = r.status != 126 && r.status != 127;
  CHECK(started);
  CHECK(r.status != 0);
}

TEST_CASE("a test kit whose faults do not come") {
  const auto fails = [](const string& mutant, const string& test) {
    const auto r =
        tests::run({"tests/mutants/kit_" + mutant, "-tc=" + test + "*"});
    return r.status == 1 && r.out.find(test) != string::npos;
  };
  CHECK(fails("reset", "a reset reaches both ends"));
  CHECK(fails("partition", "a partition begins at a request"));
  CHECK(fails("clock", "the wall clock steps"));
  CHECK(fails("delay", "a request takes its delay"));
}

TEST_CASE("a hub that is whole is not") {
  for (int seed = 1; seed <= 30; ++seed) {
    CAPTURE(seed);
    CHECK(failure_of("none", seed) == "");
  }
}
