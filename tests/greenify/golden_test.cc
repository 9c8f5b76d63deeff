// SPDX-License-Identifier: MIT
// Golden pairs: golden/NAME.in.cc is converted to NAME.out.cc, and the report
// is NAME.report. GREEN_WRITE_GOLDEN=tests/greenify/golden writes what greenify
// does now. A pair's first line may say `// greenify: OPTIONS`, and programs in
// C are NAME.in.c.
#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <regex>
#include <string>
#include <vector>

#include "tests/greenify/runs.h"

namespace {

namespace fs = std::filesystem;
using std::string;
using tests::contents;
using tests::shell;

using tests::golden;
using tests::golden_programs;

struct conversion {
  string text;
  string report;
  int status;
};

conversion convert(const string& text, const string& name,
                   const string& options) {
  const tests::temporary_folder folder;
  folder.file(name, text);
  const auto ran = tests::greenify(folder, "--out out " + name + " " + options);
  string out = fs::path(name).stem().string() + ".cc";
  return {contents(folder.at("out/" + out)),
          std::regex_replace(ran.text, std::regex(folder.path() + "/"), ""),
          ran.status};
}

// The words of a program, without includes and comments.
string words_of(string text) {
  for (const char* noise : {"#include[^\n]*\n", "//[^\n]*\n", "\\s+"}) {
    text = std::regex_replace(text, std::regex(noise), "");
  }
  return text;
}

// The golden files are the test's data, or the folder that it writes.
void compare(const string& file, const string& now) {
  if (const char* folder = std::getenv("GREEN_WRITE_GOLDEN")) {
    std::ofstream(string(folder) + "/" + file) << now;
  } else {
    CHECK_MESSAGE(contents(golden + file) == now, file << " is:\n" << now);
  }
}

}  // namespace

TEST_CASE("each construct becomes its golden twin") {
  const auto all = golden_programs();
  REQUIRE(all.size() > 5);
  for (const auto& program : all) {
    CAPTURE(program.name);
    const conversion made = convert(
        program.before(), program.name + program.end, program.options());
    CHECK(made.status < 2);
    compare(program.name + ".out.cc", made.text);
    compare(program.name + ".report",
            made.report + "status " + std::to_string(made.status) + "\n");
  }
}

TEST_CASE("g++ compiles each golden twin that is whole") {
  if (!tests::installed("g++")) return;
  for (const auto& program : golden_programs()) {
    if (!program.whole()) continue;
    const auto compiled = shell("g++ -std=c++20 -fsyntax-only -w -I. " +
                                golden + program.name + ".out.cc");
    CHECK_MESSAGE(compiled.status == 0, program.name << "\n" << compiled.text);
  }
}

TEST_CASE("a program of green is left as it is") {
  for (const auto& program : golden_programs()) {
    if (!program.whole()) continue;
    const string text = program.after();
    const conversion again =
        convert(text, program.name + ".cc", "-- -I " + tests::here() + " ");
    CAPTURE(program.name);
    CHECK(again.report.find(" 0 edits") != string::npos);
    CHECK(again.text == text);
  }
}

TEST_CASE("the blocking echo server becomes the green one") {
  const conversion made =
      convert(contents("examples/echo_server_blocking.cc"), "echo_server.cc",
              "--keep-blocking printf,fflush ");
  CHECK(made.status == 0);
  // `using std::thread;` stays, since std's types stay beside green's.
  string words = words_of(made.text);
  const string stays = "usingstd::thread;";
  REQUIRE(words.starts_with(stays));
  words.erase(0, stays.size());
  CHECK(words == words_of(contents("examples/echo_server.cc")));
}

TEST_CASE("a patch makes the converted program") {
  if (!tests::installed("patch")) return;
  const tests::temporary_folder folder;
  folder.file("a.cc", contents(golden + "functions.in.cc"));
  const auto made =
      tests::greenify(folder, "--diff a.cc 2>report >patch; patch -p1 <patch");
  REQUIRE_MESSAGE(made.status == 0, made.text);
  CHECK(contents(folder.at("a.cc")) == contents(golden + "functions.out.cc"));
}
