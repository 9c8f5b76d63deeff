// SPDX-License-Identifier: MIT
// What the compilers say to each mistake stands in docs/contract.md. A mistake
// of refused.cc is an error of both compilers, one of told.cc is none.
#include <doctest/doctest.h>

#include <cstddef>
#include <map>
#include <regex>
#include <string>
#include <vector>

#include "tests/mistakes/diagnoses.h"
#include "tests/mistakes/table.h"

namespace {

using std::string;
using tests::diagnosis;

// green's own words, where there are some: a static assertion's, a deleted
// function's, a type's name, a reason of nodiscard. Else the compiler's,
// without its types.
string short_words(const diagnosis& one) {
  static const std::regex own[] = {
      std::regex(R"(static assertion failed[^\n]*?: "?([^\n"]+))"),
      std::regex(R"(= delete;  // ([^\n]+))"),
      std::regex(R"((co_await_is_missing))"),
      std::regex(R"(nodiscard[^\n]*: '?([^\n'\[]*[^\n'\[ ])'?)"),
      std::regex(R"(deprecated: ([^\n\[]*[^\n\[ ]))"),
  };
  const string kind = one.error ? "error: " : "warning: ";
  std::smatch match;
  for (const std::regex& words : own) {
    if (std::regex_search(one.text, match, words)) return kind + match[1].str();
  }
  static const std::regex type(R"( ?\(?'[^']*'( \(aka '[^']*'\))?\)?)");
  static const std::regex option(R"( \[-W[^\]]*\])");
  return kind + std::regex_replace(std::regex_replace(one.first, option, ""),
                                   type, " ...");
}

// The first error of these lines, or else the first warning.
const diagnosis* worst(
    const std::map<std::size_t, std::vector<diagnosis>>& said,
    const tests::mistake& of) {
  const diagnosis* found = nullptr;
  for (auto at = said.lower_bound(of.begin); at != said.end(); ++at) {
    if (at->first > of.end) break;
    for (const diagnosis& one : at->second) {
      if (found == nullptr || (one.error && !found->error)) found = &one;
    }
  }
  return found;
}

void check_compiler(const string& compiler) {
  CAPTURE(compiler);
  tests::column cells;
  for (const string& path : tests::mistake_sources) {
    const auto said = tests::diagnoses(compiler, path);
    const bool refused = path.find("refused") != string::npos;
    for (const tests::mistake& one : tests::mistakes_in(path)) {
      const diagnosis* const found = worst(said, one);
      const bool error = found != nullptr && found->error;
      CHECK_MESSAGE(
          error == refused,
          one.name << string(refused ? " compiles" : " does not compile"));
      cells[one.name] =
          found == nullptr ? "" : tests::as_cell(short_words(*found));
    }
  }
  tests::check_column(compiler == "g++" ? "g++" : "clang", cells);
}

}  // namespace

TEST_CASE("the table of mistakes says what the compilers say") {
  for (const string& compiler : tests::compilers()) check_compiler(compiler);
}

TEST_CASE("each mistake is told by somebody") { tests::check_rows(); }
