// SPDX-License-Identifier: MIT
// The command line of greenify.
#include "tools/greenify/settings.h"

#include <doctest/doctest.h>
#include <stdlib.h>

#include <string>
#include <vector>

namespace {

using greenify::settings;
using greenify::wrong_use;

settings read(const std::vector<const char*>& arguments) {
  return greenify::read_command_line(arguments);
}

}  // namespace

TEST_CASE("files, options and flags are told apart") {
  const settings s = read({"a.cc", "--diff", "--root", "src", "--jobs=3",
                           "b.cc", "--", "-Iinclude", "--diff"});
  CHECK(s.files == std::vector<std::string>{"a.cc", "b.cc"});
  CHECK(s.flags == std::vector<std::string>{"-Iinclude", "--diff"});
  CHECK(s.done == settings::action::diff);
  CHECK(s.wanted.root == "src");
  CHECK(s.jobs == 3);
}

TEST_CASE("a list is split at its commas") {
  CHECK(read({"--keep-blocking", "stat,,open,"}).wanted.keep ==
        std::set<std::string>{"stat", "open"});
  CHECK(read({"--only=recv", "--only", "mutex"}).wanted.only ==
        std::set<std::string>{"mutex", "recv"});
}

TEST_CASE("the cache is where the user says, or the system") {
  const auto folder = [](const std::vector<const char*>& arguments) {
    return greenify::cache_folder(read(arguments));
  };
  ::setenv("HOME", "/home/a", 1);
  ::setenv("XDG_CACHE_HOME", "/tmp/c", 1);
  CHECK(folder({}) == "/tmp/c/greenify");
  CHECK(folder({"--cache", "here"}) == "here");
  CHECK(folder({"--cache=here", "--no-cache"}).empty());
  ::setenv("XDG_CACHE_HOME", "relative", 1);  // which the standard ignores
  CHECK(folder({}) == "/home/a/.cache/greenify");
  ::unsetenv("XDG_CACHE_HOME");
  ::unsetenv("HOME");
  CHECK(folder({}).empty());
}

TEST_CASE("wrong use has one line") {
  CHECK_THROWS_WITH_AS(read({"--frobnicate"}),
                       "unknown option '--frobnicate'; see --help", wrong_use);
  CHECK_THROWS_WITH_AS(read({"--out"}),
                       "option '--out' needs a value; see --help", wrong_use);
  CHECK_THROWS_WITH_AS(read({"--diff=x"}),
                       "unknown option '--diff=x'; see --help", wrong_use);
  CHECK_THROWS_WITH_AS(read({"--diff", "--in-place"}),
                       "two actions were given; see --help", wrong_use);
  CHECK_THROWS_AS(read({"--guards=none"}), wrong_use);
  CHECK_THROWS_AS(read({"--jobs=0"}), wrong_use);
  CHECK_THROWS_AS(read({"--jobs=1x"}), wrong_use);
}
