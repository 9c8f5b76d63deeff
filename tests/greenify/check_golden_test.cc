// SPDX-License-Identifier: MIT
// greenify --check finds what the comments of tests/greenify/check say, line by
// line, and finds nothing in the examples.
#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <utility>

#include "tests/support/files.h"
#include "tests/support/shell.h"

namespace {

namespace fs = std::filesystem;
using std::string;
using places = std::set<std::pair<unsigned, string>>;  // line and rule

const string greenify = "tools/greenify/greenify --green . --check ";

// "// finds: held holds"
places promised(const string& text) {
  static const std::regex comment(R"(// finds: ([\w ]+))");
  places all;
  std::istringstream in(text);
  std::smatch match;
  unsigned number = 0;
  for (string line; std::getline(in, line);) {
    ++number;
    if (!std::regex_search(line, match, comment)) continue;
    std::istringstream rules(match[1]);
    for (string rule; rules >> rule;) all.emplace(number, rule);
  }
  return all;
}

places reported(const string& text) {
  static const std::regex warning(R"(:(\d+): warning: .*\[(\w+)\]$)");
  places all;
  std::istringstream in(text);
  std::smatch match;
  for (string line; std::getline(in, line);) {
    if (std::regex_search(line, match, warning))
      all.emplace(std::stoul(match[1]), match[2]);
  }
  return all;
}

}  // namespace

TEST_CASE("each mistake is found, and nothing else") {
  std::size_t programs = 0;
  for (const auto& entry : fs::directory_iterator("tests/greenify/check")) {
    ++programs;
    const string path = entry.path().string();
    CAPTURE(path);
    const auto ran = tests::shell(greenify + path + " -- -std=c++20 -I. -w");
    CHECK(ran.status == 1);
    CHECK_MESSAGE(reported(ran.text) == promised(tests::contents(path)),
                  ran.text);
  }
  CHECK(programs >= 8);
}

TEST_CASE("the examples have no mistakes") {
  const auto ran = tests::shell(greenify +
                                "$(ls examples/*.cc | grep -v _blocking) -- "
                                "-std=c++20 -I. -isystem /usr/share/include");
  CHECK_MESSAGE(ran.status == 0, ran.text);
}

TEST_CASE("green's headers are found without flags") {
  const auto ran = tests::shell(greenify + "examples/echo_server.cc");
  CHECK_MESSAGE(ran.status == 0, ran.text);
}

TEST_CASE("reports go to files") {
  const tests::temporary_folder folder;
  const auto ran = tests::shell(
      greenify + "--sarif " + folder.at("s") + " --json " + folder.at("j") +
      " tests/greenify/check/dropped.cc -- -std=c++20 -I. -w");
  CHECK(ran.status == 1);
  CHECK(tests::contents(folder.at("s")).find("\"2.1.0\"") != string::npos);
  CHECK(tests::contents(folder.at("j")).find("\"rule\": \"dropped\"") !=
        string::npos);
  if (!tests::installed("python3")) return;
  for (const char* name : {"s", "j"}) {
    const auto read = tests::shell("python3 -m json.tool " + folder.at(name));
    CHECK_MESSAGE(read.status == 0, read.text);
  }
}

TEST_CASE("many processes find what one finds") {
  const string sources = "tests/greenify/check/*.cc -- -std=c++20 -I. -w";
  const auto one = tests::shell(greenify + "--jobs 1 " + sources);
  const auto four = tests::shell(greenify + "--jobs 4 " + sources);
  CHECK(one.status == 1);
  CHECK(one.text == four.text);
}

TEST_CASE("rules can be left out") {
  const string source = " tests/greenify/check/locks.cc -- -std=c++20 -I. -w";
  const auto ran = tests::shell(greenify + "--allow held" + source);
  CHECK(ran.status == 0);
  CHECK(ran.text == "greenify: 0 findings in 1 file\n");
  const auto wrong = tests::shell(greenify + "--allow hold" + source);
  CHECK(wrong.status == 2);
  CHECK(wrong.text.find("there is no rule 'hold'") != string::npos);
}

TEST_CASE("a user's holder is found, and has the last word") {
  const tests::temporary_folder folder;
  const string list = folder.file("list",
                                  "query: ask a replica\n"
                                  "sqlite3_step: use our pool\n");
  const string source = folder.file("a.cc",
                                    "#include \"green/green.h\"\n"
                                    "#include \"db.h\"\n"
                                    "green::task<> f() {\n"
                                    "  query();\n"
                                    "  sqlite3_step();\n"
                                    "  co_return;\n"
                                    "}\n");
  const tests::temporary_folder library;
  library.file("db.h", "void query();\nint sqlite3_step();\n");
  const auto ran =
      tests::shell(greenify + "--holders " + list + " " + source +
                   " -- -std=c++20 -w -I. -isystem " + library.path());
  CHECK(ran.status == 1);
  CHECK(ran.text.find(":4: warning: query holds the hub: ask a replica") !=
        string::npos);
  CHECK(
      ran.text.find(":5: warning: sqlite3_step holds the hub: use our pool") !=
      string::npos);
}

TEST_CASE("a program that does not compile is not checked") {
  const tests::temporary_folder folder;
  const string path = folder.file("a.cc", "int main() { return nothing; }\n");
  const auto ran = tests::shell(greenify + path);
  CHECK(ran.status == 2);
  CHECK(ran.text.find("does not compile") != string::npos);
}

TEST_CASE("a list of holders that is wrong is told of with its line") {
  const tests::temporary_folder folder;
  const auto ran =
      tests::shell(greenify + "--holders " + folder.file("list", "query\n") +
                   " tests/greenify/check/dropped.cc -- -std=c++20 -I. -w");
  CHECK(ran.status == 2);
  CHECK(ran.text.find("list:1: write NAME: ADVICE") != string::npos);
}
