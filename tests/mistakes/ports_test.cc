// SPDX-License-Identifier: MIT
// Three small servers, each ported from a blocking one by search and replace:
// every mistake that was left in is told. A compiler tells it at its line, or
// the table of docs/contract.md has the report of a build. Nothing else of a
// port is an error.
#include <doctest/doctest.h>

#include <algorithm>
#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "tests/mistakes/diagnoses.h"
#include "tests/mistakes/table.h"

namespace {

using std::size_t;
using std::string;

// The lines under the names, and the names.
std::map<size_t, string> left_in(const string& port) {
  std::map<size_t, string> found;
  for (const tests::mistake& one : tests::mistakes_in(port))
    found[one.begin + 1] = one.name;
  return found;
}

void check_port(const string& port, const string& compiler) {
  CAPTURE(compiler);
  const auto mistakes = left_in(port);
  CHECK(mistakes.size() >= 8);
  const auto said = tests::diagnoses(compiler, port);
  for (const auto& [line, name] : mistakes) {
    CAPTURE(line);
    const bool here = said.contains(line);
    CHECK_MESSAGE((here || tests::told_by_a_run(name)),
                  port << ": nobody tells of " << name);
  }
  for (const auto& [line, told] : said) {
    const bool wanted = mistakes.contains(line);
    CHECK_MESSAGE(wanted, port << ":" << line << ": " << told.front().text);
  }
}

}  // namespace

TEST_CASE("the mistakes of a port by search and replace are told") {
  for (const char* name : {"socks_server", "http_server", "chat_server"}) {
    const string port = string("tests/mistakes/ports/") + name + ".cc";
    for (const string& compiler : tests::compilers())
      check_port(port, compiler);
  }
}
