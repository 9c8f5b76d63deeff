// SPDX-License-Identifier: MIT
// What client_waits says, not how long it takes.
#include <doctest/doctest.h>

#include <string>

#include "tests/support/files.h"
#include "tests/support/program.h"

namespace {

using std::string;

const string program = "benchmarks/client_waits";

bool says(const string& text, const string& what) {
  return text.find(what) != string::npos;
}

}  // namespace

TEST_CASE("each client that is asked for has a row, and all a picture") {
  const tests::temporary_folder folder;
  const auto r =
      tests::run({program, "--clients", "hiredis,https", "--tasks", "3",
                  "--calls", "2", "--rounds", "1", "--out", folder.path()});
  CAPTURE(r.out);
  CAPTURE(r.err);
  CHECK(r.status == 0);
  CHECK(says(r.out, "\nhiredis "));
  CHECK(says(r.out, "\ncurl https "));
  CHECK_FALSE(says(r.out, "\nlibpq "));
  const string picture = tests::contents(folder.at("green-client-waits.svg"));
  CHECK(says(picture, ">hiredis<"));
  CHECK(says(picture, ">curl https<"));
}

TEST_CASE("it says how it is used") {
  const auto r = tests::run({program, "--help"});
  CHECK(r.status == 0);
  CHECK(r.out.starts_with("usage: client_waits [OPTIONS]\n"));
}

TEST_CASE("what it does not understand is refused") {
  const auto refused = [](const string& option, const string& value) {
    const auto r = tests::run({program, option, value});
    CAPTURE(r.err);
    CHECK(r.status == 2);
    CHECK(says(r.err, option));
    CHECK(says(r.err, "usage: client_waits"));
  };
  refused("--clients", "sqlite");
  refused("--clients", "libpq,libpq");
  refused("--clients", "");
  refused("--tasks", "0");
  refused("--tasks", "81");
  refused("--calls", "many");
  refused("--rounds", "-1");
  refused("--unheard-of", "1");
  refused("more", "words");
}
