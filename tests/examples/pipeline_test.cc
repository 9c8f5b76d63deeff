// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include <string>

#include "tests/support/files.h"
#include "tests/support/program.h"

using std::string;
using tests::finished;
using tests::refuses;
using tests::run;

namespace {

const string pipeline = "examples/pipeline";

// So many lines of three words.
string text(int lines) {
  string all;
  for (int i = 0; i < lines; ++i) {
    all += i % 2 == 0 ? "the quick fox,\n" : "the lazy-dog\n";
  }
  return all;
}

}  // namespace

TEST_CASE("pipeline counts the words of a file") {
  const tests::temporary_folder folder;
  const string path = folder.file("text", text(10));
  const finished f = run({pipeline, path, "3"});
  CHECK(f.status == 0);
  CHECK(f.out == "     10 the\n      5 dog\n      5 fox\n");
  CHECK(f.err.ends_with("140 bytes done\n"));
}

TEST_CASE("pipeline counts as many as the file has") {
  const tests::temporary_folder folder;
  const finished large = run({pipeline, folder.file("a", text(200'000)), "1"});
  CHECK(large.status == 0);
  CHECK(large.out == " 200000 the\n");
  const finished few = run({pipeline, folder.file("b", "one two one")});
  CHECK(few.out == "      2 one\n      1 two\n");
  const finished none = run({pipeline, folder.file("c", "")});
  CHECK(none.status == 0);
  CHECK(none.out.empty());
}

TEST_CASE("pipeline says what it can't read") {
  const finished missing = run({pipeline, "/no/such/file"});
  CHECK(missing.status == 1);
  CHECK(missing.err == "pipeline: /no/such/file: No such file or directory\n");
  const finished folder = run({pipeline, "/"});
  CHECK(folder.status == 1);
  CHECK(folder.err.find("Is a directory") != string::npos);
}

TEST_CASE("pipeline refuses what makes no sense") {
  CHECK(refuses(run({pipeline}), "a file is needed"));
  CHECK(refuses(run({pipeline, "--help"}), "no such option: '--help'"));
  for (const char* many : {"", "many", "-1", "3x"}) {
    CHECK(refuses(run({pipeline, "/", many}),
                  "not a number: '" + string(many) + "'"));
  }
}
