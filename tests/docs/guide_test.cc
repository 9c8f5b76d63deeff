// SPDX-License-Identifier: MIT
// The programs of docs/guide are what they say: each prints the answer that
// the words behind it promise.
#include <doctest/doctest.h>

#include <regex>
#include <string>
#include <vector>

#include "tests/style/markdown.h"
#include "tests/style/source.h"
#include "tests/support/shell.h"

using std::string;

namespace {

// The answers that a page promises, in their order: a piece of code in the
// sentence, or the block behind it.
std::vector<string> answers_of(const style::document& page) {
  static const std::regex promise(
      "\\nThe program prints(?: `([^`]+)`|:\\n\\n```text\\n([^`]+)\\n```)");
  std::vector<string> answers;
  for (std::sregex_iterator at(page.text.begin(), page.text.end(), promise),
       end;
       at != end; ++at) {
    answers.push_back((*at)[1].matched ? (*at)[1] : (*at)[2]);
  }
  return answers;
}

// The lines at which the programs of a page begin.
std::vector<std::size_t> programs_of(const style::document& page) {
  std::vector<std::size_t> lines;
  for (const style::code_block& block : page.code) {
    if (block.info == "cpp") lines.push_back(block.line);
  }
  return lines;
}

// docs/guide/mistakes.md is the page "mistakes".
string name_of(const style::document& page) {
  const string folder = "docs/guide/", ending = ".md";
  if (!page.path.starts_with(folder)) return "";
  return page.path.substr(folder.size(),
                          page.path.size() - folder.size() - ending.size());
}

}  // namespace

TEST_CASE("the guide's programs print their answers") {
  std::size_t programs = 0;
  for (const style::document& page : style::documents()) {
    const string name = name_of(page);
    if (name.empty()) continue;
    const std::vector<string> answers = answers_of(page);
    CAPTURE(page.path);
    const std::vector<std::size_t> lines = programs_of(page);
    REQUIRE(lines.size() == answers.size());
    for (std::size_t i = 0; i < answers.size(); ++i) {
      ++programs;
      CAPTURE(lines[i]);
      const auto ran = tests::shell("tests/docs/guide_" + name + "_" +
                                    std::to_string(i + 1));
      CHECK(ran.status == 0);
      const string words =
          std::regex_replace(ran.text, std::regex(R"(\s+$)"), "");
      CHECK(words == answers[i]);
    }
  }
  CHECK(programs > 60);
}

TEST_CASE("the guide's pages are in its list") {
  const string& list = style::document_at("docs/guide/README.md").text;
  std::size_t pages = 0;
  for (const style::document& d : style::documents()) {
    const string name = name_of(d);
    if (name.empty() || name == "README") continue;
    ++pages;
    CHECK_MESSAGE(list.find("](" + name + ".md)") != string::npos, d.path);
  }
  CHECK(pages >= 3);
}
