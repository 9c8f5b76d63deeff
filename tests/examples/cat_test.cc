// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <string>

#include "tests/support/program.h"
#include "tests/support/sockets.h"

using std::string;
using tests::finished;
using tests::refuses;
using tests::run;

namespace {

const string cat = "examples/cat";

// A file that is gone with its scope.
struct file {
  explicit file(const string& text)
      : path(std::filesystem::temp_directory_path() /
             ("green-cat-" + std::to_string(::getpid()) + "-" +
              std::to_string(++made))) {
    std::ofstream(path, std::ios::binary) << text;
  }
  file(const file&) = delete;
  file& operator=(const file&) = delete;
  ~file() { std::filesystem::remove(path); }

  static inline int made = 0;
  string path;
};

}  // namespace

TEST_CASE("cat writes files one after another, as cat does") {
  const file one("first\n"), none(""), large(tests::pattern(1'000'000));
  for (const auto& names : {std::vector<string>{one.path},
                            {one.path, large.path, one.path},
                            {none.path},
                            {none.path, one.path}}) {
    std::vector<string> ours{cat}, theirs{"/bin/cat"};
    ours.insert(ours.end(), names.begin(), names.end());
    theirs.insert(theirs.end(), names.begin(), names.end());
    const finished f = run(ours);
    CHECK(f.status == 0);
    CHECK(f.err.empty());
    CHECK(f.out == run(theirs).out);
  }
}

TEST_CASE("cat writes what it is given") {
  const string data = tests::pattern(300'000);
  CHECK(run({cat}, data).out == data);
  CHECK(run({cat}).out.empty());
  const file one("one"), two("two");
  CHECK(run({cat, one.path, "-", two.path}, "middle").out == "onemiddletwo");
  CHECK(run({cat, "--", one.path}).out == "one");
}

TEST_CASE("cat writes a line as soon as it has come") {  // L17
  tests::program p({cat});
  p.give("a line\n");
  CHECK(p.line() == "a line");
  p.give("another\n");
  CHECK(p.line() == "another");
  p.end_input();
  CHECK(p.wait() == 0);
}

TEST_CASE("cat goes on after a file that it can't read") {
  const file one("one");
  const finished f = run({cat, "/no/such/file", one.path, "/"});
  CHECK(f.status == 1);
  CHECK(f.out == "one");
  CHECK(f.err ==
        "cat: /no/such/file: No such file or directory\n"
        "cat: /: Is a directory\n");
}

TEST_CASE("cat ends when nobody reads it") {
  const finished f = run({"sh", "-c", cat + " /dev/zero | head -c 5"});
  CHECK(f.status == 0);
  CHECK(f.out == string(5, '\0'));
}

TEST_CASE("cat refuses what it does not know") {
  CHECK(refuses(run({cat, "-x"}), "no such option: '-x'"));
  CHECK(refuses(run({cat, "file", "--number"}), "no such option: '--number'"));
}
