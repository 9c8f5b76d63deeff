// SPDX-License-Identifier: MIT
// The mirror law, for a whole program: green's words are deleted from
// examples/echo_server.cc, and what is left is compiled with the system's own
// headers, is the blocking twin, and serves.
#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>
#include <regex>
#include <sstream>
#include <string>

#include "tests/support/files.h"
#include "tests/support/shell.h"

namespace {

std::string read(const std::string& path) {
  std::ifstream file(path);
  REQUIRE_MESSAGE(file.good(), "cannot read " << path);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

std::string replace(const std::string& text, const char* pattern,
                    const char* with) {
  return std::regex_replace(text, std::regex(pattern), with);
}

// Deletes co_await and green::, writes T for task<T>, takes green/ off.
std::string without_green(std::string text) {
  text = replace(text, "#include \"green/green.h\"\n", "");
  text = replace(text, "#include \"green/([^\"]*)\"", "#include <$1>");
  text = replace(text, "co_await ", "");
  text = replace(text, "green::", "");
  return replace(text, "task<>", "void");
}

// The program alone: no includes, comments, names of std or white space.
std::string code_of(std::string text) {
  text = replace(text, "#include[^\n]*\n", "");
  text = replace(text, "using std::[^\n]*\n", "");
  text = replace(text, "//[^\n]*\n", "");
  return replace(text, "\\s+", "");
}

std::string compiler() {
  for (const char* name : {"c++", "g++", "clang++-19", "clang++"}) {
    if (tests::installed(name)) return name;
  }
  FAIL("no C++ compiler is installed: c++, g++ or clang++-19");
  return "";
}

}  // namespace

TEST_CASE("without green's words the echo server is its blocking twin") {
  std::string left = without_green(read("examples/echo_server.cc"));
  CHECK(code_of(left).find("green") == std::string::npos);
  CHECK(code_of(left).find("co_") == std::string::npos);
  // run(f, args...) is f(args...).
  const std::string called =
      replace(code_of(left), "run\\(accept_all,", "accept_all(");
  CHECK(called == code_of(read("examples/echo_server_blocking.cc")));
}

TEST_CASE("without green's words the echo server compiles and serves") {
  const tests::temporary_folder folder;
  std::ofstream(folder.at("law.cc"))
      << "#include <thread>\n"
         "using std::thread;\n"
         "template <class F, class... A> auto run(F f, A... a) "
         "{ return f(a...); }\n"
      << without_green(read("examples/echo_server.cc"));
  const auto compiled =
      tests::shell(compiler() + " -std=c++20 -o " + folder.at("law") + " " +
                   folder.at("law.cc") + " -pthread");
  REQUIRE_MESSAGE(compiled.status == 0, compiled.text);
  const tests::served server({folder.at("law"), "0"});
  const auto echoed = tests::shell(
      "printf 'law\\n' | timeout 10 nc -N 127.0.0.1 " + server.port());
  CHECK(echoed.text == "law\n");
}
