// SPDX-License-Identifier: MIT
// A document's programs are what they say: README.md's prints its answer, and
// the steps of CONTRIBUTING.md add a mirror function to a copy of the tree.
#include <doctest/doctest.h>

#include <algorithm>
#include <cstddef>
#include <fstream>
#include <regex>
#include <string>
#include <vector>

#include "tests/style/markdown.h"
#include "tests/style/source.h"
#include "tests/support/files.h"
#include "tests/support/shell.h"

namespace {

using std::string;

// What a step of CONTRIBUTING.md does to the tree.
struct edit {
  std::size_t line;  // of the document
  string file;
  string behind;  // a piece of a line; empty: the end of the file
  string text;
};

// The words before a block, back to the next empty line.
string words_before(const style::document& d, std::size_t line) {
  const auto lines = style::split(d.text, '\n');
  std::size_t end = line - 1;
  while (end > 0 && lines[end - 1].empty()) --end;
  string words;
  for (; end > 0 && !lines[end - 1].empty(); --end)
    words = lines[end - 1] + " " + words;
  return words;
}

edit edit_of(const style::document& d, const style::code_block& block) {
  static const std::regex behind("[Ii]n `([^`]+)`, behind +`([^`]+)`, add: $");
  static const std::regex at_end("[Aa]t the end of +`([^`]+)`, add: $");
  const string words = words_before(d, block.line);
  std::smatch match;
  if (std::regex_search(words, match, behind))
    return {block.line, match[1], match[2], block.text};
  REQUIRE_MESSAGE(std::regex_search(words, match, at_end),
                  d.path << ":" << block.line << ": where is this added?");
  return {block.line, match[1], "", block.text};
}

// Behind the statement, or the function, that has the piece of a line.
void apply(const edit& e, const string& folder) {
  CAPTURE(e.line);
  const string path = folder + "/" + e.file;
  std::vector<string> lines = style::split(style::read(path), '\n');
  REQUIRE_MESSAGE(!lines.empty(), "there is no " << e.file);
  auto at = lines.end();
  if (!e.behind.empty()) {
    const auto has = [&](const string& l) {
      return l.find(e.behind) != l.npos;
    };
    at = std::ranges::find_if(lines, has);
    REQUIRE_MESSAGE(at != lines.end(), e.file << " has no " << e.behind);
    const bool body = at->ends_with("{");
    const auto ends = [&](const string& l) {
      return body ? l == "}" : l.ends_with(";");
    };
    at = std::ranges::find_if(at, lines.end(), ends) + 1;
  }
  lines.insert(at, e.text);
  std::ofstream out(path);
  for (const string& line : lines) out << line << "\n";
}

const char* compiler() {
  for (const char* name : {"clang++-19", "g++"}) {
    if (tests::installed(name)) return name;
  }
  FAIL("no C++ compiler is installed: clang++-19 or g++");
  return "";
}

void check_compiles(const string& file, const string& folder) {
  const auto compiled = tests::shell(
      "cd " + folder + " && " + compiler() +
      " -std=c++20 -fsyntax-only -Wall -Wextra -Werror -I. " + file);
  CHECK_MESSAGE(compiled.status == 0, file << ":\n" << compiled.text);
}

}  // namespace

TEST_CASE("README.md's program prints its answer") {
  const auto ran = tests::shell("tests/docs/readme_program");
  CHECK(ran.status == 0);
  const string& readme = style::document_at("README.md").text;
  const string said = "The program prints `" + ran.text;
  REQUIRE(!ran.text.empty());
  CHECK(readme.find(said.substr(0, said.size() - 1) + "`") != string::npos);
}

TEST_CASE("the steps of CONTRIBUTING.md add a mirror function") {
  const tests::temporary_folder folder;
  for (const char* part : {"core", "hub", "green", "tests"})
    REQUIRE(
        tests::shell(string("cp -rL ") + part + " " + folder.path()).status ==
        0);
  const style::document& steps = style::document_at("CONTRIBUTING.md");
  std::vector<string> changed;
  for (const style::code_block& block : steps.code) {
    if (block.info == "cpp") {
      const edit e = edit_of(steps, block);
      apply(e, folder.path());
      if (e.file.ends_with(".cc")) changed.push_back(e.file);
    } else if (block.info == "sh") {
      const auto ran =
          tests::shell("set -e; cd " + folder.path() + "\n" + block.text + ":");
      CHECK_MESSAGE(ran.status == 0, ran.text);
    }
  }
  std::ranges::sort(changed);
  changed.erase(std::unique(changed.begin(), changed.end()), changed.end());
  CHECK(changed.size() >= 4);
  for (const string& file : changed) check_compiles(file, folder.path());
}
