// SPDX-License-Identifier: MIT
// docs/guide/08_porting_a_program.md shows what greenify says and writes.
#include <doctest/doctest.h>

#include <filesystem>
#include <regex>
#include <set>
#include <string>

#include "tests/style/markdown.h"
#include "tests/support/files.h"
#include "tests/support/shell.h"

namespace {

namespace fs = std::filesystem;
using std::string;
using tests::shell;

const style::document& page() {
  return style::document_at("docs/guide/08_porting_a_program.md");
}

string here() { return fs::current_path().string(); }

// Runs greenify there, on one of the page's programs.
tests::command_outcome greenify(const tests::temporary_folder& there,
                                const string& arguments) {
  return shell("cd " + there.path() + " && " + here() +
               "/tools/greenify/greenify --green " + here() + " " + arguments);
}

// The page has each line of a report as an indented one.
void is_on_page(const string& report) {
  CHECK(!report.empty());
  for (std::size_t at = 0; at < report.size();) {
    const std::size_t end = report.find('\n', at);
    const string line = report.substr(at, end - at);
    CHECK_MESSAGE(page().text.find("\n    " + line + "\n") != string::npos,
                  "the page has no line: " << line);
    at = end + 1;
  }
}

std::set<string> includes_of(const string& text) {
  static const std::regex include("#include[^\n]*");
  std::set<string> found;
  for (std::sregex_iterator at(text.begin(), text.end(), include), end;
       at != end; ++at) {
    found.insert(at->str());
  }
  return found;
}

string words_of(string text) {
  for (const char* noise : {"#include[^\n]*\n", "\\s+"}) {
    text = std::regex_replace(text, std::regex(noise), "");
  }
  return text;
}

}  // namespace

TEST_CASE("the page has greenify's report, and the program that it writes") {
  const tests::temporary_folder folder;
  folder.file("count.cc", page().code.at(0).text);
  const auto ran = greenify(folder, "--out green-twin count.cc");
  CHECK(ran.status == 0);
  is_on_page(ran.text);
  const string made = tests::contents(folder.at("green-twin/count.cc"));
  CHECK(words_of(made) == words_of(page().code.at(1).text));
  CHECK(includes_of(made) == includes_of(page().code.at(1).text));
}

TEST_CASE("the page says where a hand is needed, as greenify does") {
  const tests::temporary_folder folder;
  folder.file("letter.cc", page().code.at(2).text);
  const auto ran = greenify(folder, "--out green-twin letter.cc");
  CHECK(ran.status == 0);
  is_on_page(ran.text);

  const string check = " -- -std=c++20 -I" + here();
  const auto before = greenify(folder, "--check green-twin/letter.cc" + check);
  CHECK(before.status == 1);
  is_on_page(before.text.substr(0, before.text.find('\n') + 1));

  folder.file("green-twin/letter.cc", page().code.at(3).text);
  const auto after = greenify(folder, "--check green-twin/letter.cc" + check);
  CHECK_MESSAGE(after.status == 0, after.text);
}

TEST_CASE("the header for other compilers warns as often as the page says") {
  if (!tests::installed("g++")) return;
  const tests::temporary_folder folder;
  const auto ran =
      shell("g++ -std=c++20 -fsyntax-only -I. -include green/lint.h " +
            folder.file("count.cc", page().code.at(0).text));
  const std::regex warning("is deprecated: holds the hub");
  const auto warnings = std::distance(
      std::sregex_iterator(ran.text.begin(), ran.text.end(), warning),
      std::sregex_iterator());
  const string promise =
      "there are " + std::to_string(warnings) + " such lines";
  CHECK_MESSAGE(page().text.find(promise) != string::npos, ran.text);
}
