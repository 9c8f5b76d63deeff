// SPDX-License-Identifier: MIT
// The programs in the opening comments of headers compile, all in one run of
// the compiler. A program is the body of a coroutine, unless it begins with a
// function.
#include <doctest/doctest.h>

#include <cstddef>
#include <fstream>
#include <regex>
#include <string>

#include "tests/style/rules.h"
#include "tests/style/source.h"
#include "tests/support/files.h"
#include "tests/support/shell.h"

namespace {

using std::string;

const char* const opening = R"(
#include <fcntl.h>
#include <signal.h>

#include <chrono>
#include <cstdio>
#include <stdexcept>
#include <string>
#include <vector>

#include "green/fcntl.h"
#include "green/sys/socket.h"
#include "green/unistd.h"
)";

// All programs, each with the line of its header for the compiler's words.
string all_programs(std::size_t& count) {
  string includes = opening, text;
  for (const style::source& file : style::sources()) {
    if (file.folder != "green" || !file.is_header()) continue;
    if (style::is_lint(file)) continue;
    for (const style::program& p : style::programs_in(file)) {
      const string name = "program_" + std::to_string(++count);
      const bool whole = std::regex_search(
          p.text, std::regex(R"(^  (green::task<.*\) \{|int main\())"));
      includes += "#include \"" + file.path + "\"\n";
      text += "namespace " + name + " {\n";
      if (!whole) text += "green::task<> body() {\n";
      text += "#line " + std::to_string(p.line) + " \"" + file.path + "\"\n" +
              p.text + (whole ? "}\n" : "co_return;\n}\n}\n");
    }
  }
  return includes + "using namespace std::chrono_literals;\n" + text;
}

}  // namespace

TEST_CASE("the programs in the openings of headers compile") {
  const tests::temporary_folder folder;
  std::size_t count = 0;
  std::ofstream(folder.at("programs.cc")) << all_programs(count);
  CHECK(count > 15);
  std::size_t compilers = 0;
  for (const char* compiler : {"clang++-19", "g++"}) {
    if (compilers != 0 || !tests::installed(compiler)) continue;
    ++compilers;
    const auto compiled = tests::shell(
        string(compiler) +
        " -std=c++20 -fsyntax-only -Wall -Wextra -Werror -Wno-unused -I . " +
        folder.at("programs.cc"));
    CHECK_MESSAGE(compiled.status == 0, compiled.text);
  }
  CHECK(compilers == 1);
}
