// SPDX-License-Identifier: MIT
// A document's names lead somewhere: links and paths to files, the contract's
// rules to tests, and the tags beside tests to tests/cases.md.
#include <doctest/doctest.h>

#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <map>
#include <regex>
#include <set>
#include <string>
#include <vector>

#include "tests/style/markdown.h"
#include "tests/style/source.h"

namespace {

namespace fs = std::filesystem;
using std::size_t;
using std::string;

using tokens = std::sregex_token_iterator;

// What the pattern's first group matches in the text.
std::vector<string> matches(const string& text, const std::regex& pattern) {
  return {tokens(text.begin(), text.end(), pattern, 1), tokens()};
}

string with_single_spaces(const string& text) {
  return std::regex_replace(text, std::regex(R"(\s+)"), " ");
}

// The names of the test cases in a file, in full.
std::set<string> cases_of(const string& path) {
  static const std::regex name(
      R"re(TEST_CASE(?:_TEMPLATE)?\(\s*"((?:[^"\\]|\\.|"\s*")*)")re");
  static const std::regex joint(R"("\s*")");
  std::set<string> names;
  for (const string& found : matches(style::read(path), name))
    names.insert(std::regex_replace(found, joint, ""));
  return names;
}

// A numbered rule of the contract, with its lines joined.
std::map<size_t, string> rules(const style::document& contract) {
  std::map<size_t, string> found;
  size_t current = 0;
  static const std::regex number(R"(^(\d+)\. )");
  std::smatch match;
  for (const style::numbered_line& line : contract.prose) {
    if (std::regex_search(line.text, match, number)) {
      current = std::stoul(match[1].str());
      CHECK_MESSAGE(found.count(current) == 0, "two rules " << current);
    }
    if (current != 0) found[current] += line.text + " ";
  }
  return found;
}

// Each file that a rule names, and the cases of it: `FILE`: "CASE", "CASE".
void check_proofs(size_t rule, const string& text) {
  static const std::regex proof(R"re(`(tests/[^`]+)`:((?: "[^"]+",?)+))re");
  static const std::regex name(R"re("([^"]+)")re");
  const string flat = with_single_spaces(text);
  std::sregex_iterator at(flat.begin(), flat.end(), proof), none;
  CHECK_MESSAGE(at != none,
                "docs/contract.md: rule " << rule << " names no test");
  for (; at != none; ++at) {
    const string path = (*at)[1];
    const std::set<string> cases = cases_of(path);
    CHECK_MESSAGE(!cases.empty(), "docs/contract.md: rule "
                                      << rule << ": no tests in " << path);
    for (const string& wanted : matches((*at)[2], name)) {
      CHECK_MESSAGE(cases.count(wanted) == 1, "docs/contract.md: rule "
                                                  << rule << ": " << path
                                                  << " has no test case \""
                                                  << wanted << "\"");
    }
  }
}

// Does the path lead to something, from the root or below the layers?
bool exists(const string& path) {
  for (const char* root : {"", "green/"}) {
    if (fs::exists(root + path)) return true;
  }
  return false;
}

}  // namespace

TEST_CASE("links lead to files") {
  static const std::regex link(R"(\]\(([^)#]+)[^)]*\))");
  size_t links = 0;
  for (const style::document& d : style::documents()) {
    for (const string& target : matches(d.text, link)) {
      if (target.find("://") != string::npos) continue;
      ++links;
      const fs::path path = fs::path(d.path).parent_path() / target;
      CHECK_MESSAGE(fs::exists(path),
                    d.path << ": there is no " << path.lexically_normal());
    }
  }
  CHECK(links > 20);
}

TEST_CASE("paths lead to files") {
  static const std::regex path(
      R"(`"?((?:core|hub|green|tests|docs|examples|benchmarks|patcher|\.ci)/)"
      R"([\w./]*\w)(?: [^`]*)?"?`)");
  size_t paths = 0;
  for (const style::document& d : style::documents()) {
    for (const string& named : matches(d.text, path)) {
      ++paths;
      CHECK_MESSAGE(exists(named), d.path << ": there is no " << named);
    }
  }
  CHECK(paths > 50);
}

TEST_CASE("each rule of the contract has a test that is there") {
  const auto all = rules(style::document_at("docs/contract.md"));
  CHECK(all.size() > 30);
  CHECK(all.rbegin()->first == all.size());
  for (const auto& [rule, text] : all) check_proofs(rule, text);
}

TEST_CASE("the tags of tests are in tests/cases.md") {
  static const std::regex row(R"(\n\| ([A-Z]\d+) \|)");
  static const std::regex tag(R"((?:// |, | |")([A-Z]\d{1,2})(?=[ ,:\n]))");
  const string& text = style::document_at("tests/cases.md").text;
  const std::vector<string> rows = matches(text, row);
  const std::set<string> known(rows.begin(), rows.end());
  CHECK(known.size() == rows.size());
  CHECK(known.size() > 100);
  size_t used = 0;
  for (const style::source& file : style::sources()) {
    if (file.folder != "tests") continue;
    for (size_t i = 0; i < file.lines.size(); ++i) {
      const string line = file.lines[i] + "\n";
      const bool names = line.find("TEST_CASE") != string::npos;
      const size_t comment = line.find("// ");
      if (!names && comment == string::npos) continue;
      const string part = names ? line : line.substr(comment);
      for (const string& found : matches(part, tag)) {
        ++used;
        CHECK_MESSAGE(known.count(found) == 1,
                      file.path << ":" << i + 1 << ": the tag " << found
                                << " is not in tests/cases.md");
      }
    }
  }
  CHECK(used > 100);
}
