// SPDX-License-Identifier: MIT
// "green/" stands in front of every header: of the programs in tests/ported, of
// the examples that block, and of a tool of the tests. They compile as they
// did. So do the programs of std with green:: for std::. And all headers of
// green compile together, in either order.
#include <doctest/doctest.h>

#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <fstream>
#include <regex>
#include <set>
#include <string>
#include <vector>

#include "tests/style/rules.h"
#include "tests/style/source.h"
#include "tests/support/files.h"
#include "tests/support/shell.h"

namespace {

namespace fs = std::filesystem;
using std::size_t;
using std::string;

std::vector<string> programs() {
  std::vector<string> paths = {"tests/refuse.cc"};
  for (const auto& entry : fs::directory_iterator("tests/ported"))
    paths.push_back(entry.path().string());
  for (const auto& entry : fs::directory_iterator("examples")) {
    if (entry.path().string().ends_with("_blocking.cc"))
      paths.push_back(entry.path().string());
  }
  std::ranges::sort(paths);
  return paths;
}

// Headers of the kernel, and of other packages, have no mirror.
bool stays(const string& header) {
  static const std::regex others("(linux|curl|hiredis|postgresql)/.*");
  return std::regex_match(header, others);
}

struct parts {
  string includes, body;
};

parts with_green_headers(const string& path) {
  static const std::regex include(R"(#include <(.*)>)");
  parts p;
  std::smatch match;
  size_t number = 0;
  for (const string& line : style::split(style::read(path), '\n')) {
    ++number;
    if (!std::regex_match(line, match, include)) {
      p.body += line + "\n";
      continue;
    }
    p.body += "\n";
    const string header = match[1], mirror = "green/" + header;
    CHECK_MESSAGE((stays(header) || fs::exists(mirror)),
                  path << ":" << number << ": there is no " << mirror);
    p.includes += stays(header) ? line + "\n" : "#include \"" + mirror + "\"\n";
  }
  return p;
}

string in_namespace(const string& name, const string& path,
                    const string& body) {
  return "namespace " + name + " {\n#line 1 \"" + path + "\"\n" + body + "}\n";
}

// All programs in one file, each in a namespace of its own.
string ported() {
  string includes, bodies;
  size_t count = 0;
  for (const string& path : programs()) {
    const parts p = with_green_headers(path);
    const string name = "program_" + std::to_string(++count);
    includes += p.includes;
    bodies += in_namespace(name, path, p.body);
    if (path.find("/std_") == string::npos) continue;
    const string by_green =
        std::regex_replace(p.body, std::regex(R"(\bstd::)"), "green::");
    CHECK(by_green != p.body);
    bodies += in_namespace(name + "_by_green", path, by_green);
  }
  CHECK(count >= 20);
  return includes + bodies;
}

// Public headers and those in rooms. The layers below are not the program's.
std::vector<string> all_headers() {
  std::vector<string> paths;
  const std::set<string> gone = style::gone_headers();
  for (const style::source& file : style::sources()) {
    if (file.folder != "green" || !file.is_header()) continue;
    if (style::is_lint(file) || gone.contains(file.path.substr(6))) continue;
    paths.push_back(file.path);
  }
  CHECK(paths.size() > 200);
  std::ranges::sort(paths);
  return paths;
}

string including(const std::vector<string>& paths) {
  string text;
  for (const string& path : paths) text += "#include \"" + path + "\"\n";
  return text;
}

// main may end without a return, but not in a namespace. A deprecated header
// warns of itself, where its mirror stands for it, too.
constexpr auto options =
    " -fsyntax-only -Wall -Wextra -Werror -Wno-return-type -Wno-cpp -I. ";

void check_compiles(const string& text, const string& standard = "c++20") {
  const tests::temporary_folder folder;
  const string path = folder.file("all.cc", text);
  size_t compilers = 0;
  for (const char* compiler : {"clang++-19", "g++"}) {
    if (!tests::installed(compiler)) continue;
    ++compilers;
    const auto ran =
        tests::shell(compiler + (" -std=" + standard) + options + path);
    CHECK_MESSAGE(ran.status == 0, compiler << ":\n" << ran.text);
  }
  CHECK(compilers > 0);
}

}  // namespace

// The programs come first, so that they have their own headers alone.
TEST_CASE("green/ stands in front of every header of twenty programs") {
  check_compiles(ported() + including(all_headers()));
}

TEST_CASE("all headers of green compile together, in the other order") {
  std::vector<string> headers = all_headers();
  std::ranges::reverse(headers);
  check_compiles(including(headers));
}

TEST_CASE("a header of C++23 has its names in C++23") {
  check_compiles(R"(
#include "green/expected"
#include "green/spanstream"
green::expected<int, char> half(int n) {
  if (n % 2 != 0) return green::unexpected('n');
  return n / 2;
}
char first(green::ispanstream& in) { return in.span()[0]; }
)",
                 "c++23");
}
