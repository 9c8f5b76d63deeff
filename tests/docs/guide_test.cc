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

TEST_CASE("the guide's programs print their answers") {
  const style::document& page = style::document_at("docs/guide/mistakes.md");
  static const std::regex promise(R"(\nThe program prints `([^`]+)`)");
  std::vector<string> answers;
  for (std::sregex_iterator at(page.text.begin(), page.text.end(), promise),
       end;
       at != end; ++at) {
    answers.push_back((*at)[1]);
  }
  REQUIRE(answers.size() == 4);
  REQUIRE(page.code.size() == answers.size());
  for (std::size_t i = 0; i < answers.size(); ++i) {
    CAPTURE(page.code[i].line);
    const auto ran =
        tests::shell("tests/docs/guide_program_" + std::to_string(i + 1));
    CHECK(ran.status == 0);
    const string words =
        std::regex_replace(ran.text, std::regex(R"(\s+$)"), "");
    CHECK(words == answers[i]);
  }
}

TEST_CASE("the guide's pages are in its list") {
  const string& list = style::document_at("docs/guide/README.md").text;
  std::size_t pages = 0;
  for (const style::document& d : style::documents()) {
    if (!d.path.starts_with("docs/guide/")) continue;
    const string name = d.path.substr(string("docs/guide/").size());
    if (name == "README.md") continue;
    ++pages;
    CHECK_MESSAGE(list.find("](" + name + ")") != string::npos, d.path);
  }
  CHECK(pages >= 2);
}
