// SPDX-License-Identifier: MIT
// A program of threads and its green twin: without green's words they are the
// same text, and they find out the same.
#include <doctest/doctest.h>

#include <regex>
#include <string>

#include "green/green.h"
#include "tests/style/source.h"
#include "tests/support/pthread_program.h"

namespace {

using std::string;

constexpr std::size_t room = 1000;

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
  replace("#include .*", "");  // in another order
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

TEST_CASE("the twins find out the same") {
  char of_system[room] = "", of_green[room] = "";
  twins::system_side::run_program(of_system, sizeof of_system);
  green::run([&of_green]() -> green::task<> {
    co_await twins::green_side::run_program(of_green, sizeof of_green);
  });
  const string expected =
      "the consumers' sum is 179700\n"
      "368 hits, 32 misses, 0 wrong\n"
      "50 steps, the middle is ";
  CHECK(string(of_system).substr(0, expected.size()) == expected);
  CHECK(string(of_green) == of_system);
}
