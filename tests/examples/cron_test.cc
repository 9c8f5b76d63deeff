// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>
#include <unistd.h>

#include <csignal>
#include <string>

#include "tests/support/program.h"

using std::string;
using tests::refuses;
using tests::run;

namespace {

const string cron = "examples/cron";

// Of a line "12:30:05 what": the second, and what.
int second_of(const string& line) {
  return line.size() > 9 ? std::stoi(line.substr(6, 2)) : -1;
}
string what_of(const string& line) {
  return line.size() > 9 ? line.substr(9) : "";
}

}  // namespace

TEST_CASE("cron runs a command at each full second, and ends at SIGTERM") {
  tests::program runs({cron, "1", "echo ran; exit 3"});
  int last = -1;
  for (int i = 0; i < 2; ++i) {
    const string at = runs.line();
    CHECK(what_of(at) == "echo ran; exit 3");
    CHECK(second_of(at) != last);
    last = second_of(at);
    CHECK(runs.line() == "ran");
    CHECK(what_of(runs.line()) == "status 3");
  }
  runs.signal(SIGTERM);
  CHECK(runs.wait() == 0);
  const string rest = runs.rest();
  CHECK(rest.ends_with(" ended\n"));
}

TEST_CASE("cron waits for a command that takes long, and ends it at SIGINT") {
  tests::program runs({cron, "1", "echo $$; exec sleep 1000"});
  CHECK(what_of(runs.line()) == "echo $$; exec sleep 1000");
  const pid_t command = std::stoi(runs.line());
  CHECK(::kill(command, 0) == 0);
  runs.signal(SIGINT);
  CHECK(what_of(runs.line()) == "ended");
  CHECK(runs.wait() == 0);
  CHECK(::kill(command, 0) == -1);
}

TEST_CASE("cron refuses what makes no sense") {
  CHECK(refuses(run({cron}), "a period and a command are needed"));
  CHECK(refuses(run({cron, "0", "true"}), "'0' is no number of seconds"));
  CHECK(refuses(run({cron, "1x", "true"}), "'1x' is no number of seconds"));
}
