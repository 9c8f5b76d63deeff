// SPDX-License-Identifier: MIT
// A program of threads and its green twin: without green's words they are the
// same text. tests/green/pthread_program_test.cc runs them.
#include <doctest/doctest.h>

#include <regex>
#include <string>

#include "tests/style/source.h"

namespace {

using std::string;

// The words of a program, without spaces and line breaks.
string words_of(const string& path) {
  string text = style::read(path);
  const auto replace = [&text](const char* words, const char* by) {
    text = std::regex_replace(text, std::regex(words), by);
  };
  replace("using green::task;", "");
  replace("#include \"green/([a-z.]+)\"", "#include <$1>");
  replace("\\bco_await\\b", "");
  replace("\\bco_return\\b", "return");
  replace("\\btask<([a-z]+\\*?)>", "$1");
  replace("\\bgreen::", "");
  replace("\\bgreen_side\\b", "system_side");
  replace("\\s+", "");
  return text;
}

}  // namespace

TEST_CASE("the twins differ by green's words alone") {
  const string green = words_of("tests/support/pthread_program_green.cc");
  const string system = words_of("tests/support/pthread_program.cc");
  CHECK(system.size() > 4000);
  CHECK(green == system);
}
