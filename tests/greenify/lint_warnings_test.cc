// SPDX-License-Identifier: MIT
// What compilers say of programs with green/lint.h.
#include <doctest/doctest.h>

#include <cstddef>
#include <regex>
#include <set>
#include <string>
#include <vector>

#include "tests/style/rules.h"
#include "tests/style/source.h"
#include "tests/support/files.h"
#include "tests/support/shell.h"
#include "tools/greenify/names.h"

namespace {

using greenify::list;
using greenify::names;
using std::string;

const names& all() {
  static const names read = names::read("green");
  return read;
}

std::vector<string> compilers() {
  std::vector<string> found;
  for (const char* one : {"clang++-19", "g++"}) {
    if (tests::installed(one)) found.push_back(one);
  }
  CHECK(!found.empty());
  return found;
}

struct verdict {
  string text;
  std::vector<string> names;  // that a warning of the program tells of
};

// The green names of the warnings, in their order.
verdict lint(const string& compiler, const string& path) {
  const auto ran = tests::shell(compiler +
                                " -std=c++20 -fsyntax-only -Wall -Wextra -I. "
                                "-include green/lint.h " +
                                path);
  CHECK_MESSAGE(ran.status == 0, ran.text);
  static const std::regex warning(
      R"(warning: .*holds the hub: (?:co_await )?(green::[\w:]+))");
  verdict v{ran.text, {}};
  std::smatch match;
  for (const string& line : style::split(ran.text, '\n')) {
    if (std::regex_search(line, match, warning)) v.names.push_back(match[1]);
  }
  return v;
}

}  // namespace

TEST_CASE("compilers list what a blocking program has left to port") {
  const std::vector<string> wanted_names = {
      "green::recv",   "green::send",   "green::close",  "green::accept",
      "green::thread", "green::usleep", "green::printf", "green::fflush"};
  for (const string& compiler : compilers()) {
    CAPTURE(compiler);
    const verdict v = lint(compiler, "examples/echo_server_blocking.cc");
    CHECK_MESSAGE(v.names == wanted_names, v.text);
  }
}

TEST_CASE("g++ reads a program in C as C++") {
  if (!tests::installed("g++")) return;
  const tests::temporary_folder folder;
  const string path = folder.file("serve.c",
                                  "#include <stdlib.h>\n"
                                  "#include <sys/socket.h>\n"
                                  "long serve(int fd) {\n"
                                  "  char* to = malloc(10);\n"
                                  "  return recv(fd, to, 10, 0);\n"
                                  "}\n");
  const verdict v = lint("g++ -x c++ -fpermissive", path);
  CHECK_MESSAGE(v.names == std::vector<string>{"green::recv"}, v.text);
}

TEST_CASE("a program that is ported has nothing left") {
  for (const string& compiler : compilers()) {
    CAPTURE(compiler);
    const verdict v = lint(compiler, "examples/chat_server.cc");
    CHECK_MESSAGE(v.text.empty(), v.text);
  }
}

TEST_CASE("a port keeps the words that it prints before its hub runs") {
  const std::vector<string> before = {"green::printf", "green::fflush"};
  for (const string& compiler : compilers()) {
    CAPTURE(compiler);
    const verdict v = lint(compiler, "examples/echo_server.cc");
    CHECK_MESSAGE(v.names == before, v.text);
  }
}

TEST_CASE("green's own headers are silent") {
  const std::set<string> gone = style::gone_headers();
  string text;
  for (const style::source& file : style::sources()) {
    const string name = file.path.substr(file.folder.size() + 1);
    const bool is_public =
        name.find('/') == string::npos || all().mirror_of(name) != nullptr;
    if (file.folder != "green" || !file.is_header() || !is_public) continue;
    if (gone.contains(name)) continue;
    text += "#include \"" + file.path + "\"\n";
  }
  const tests::temporary_folder folder;
  const string path = folder.file("headers.cc", text);
  for (const string& compiler : compilers()) {
    CAPTURE(compiler);
    const verdict v = lint(compiler, path);
    CHECK_MESSAGE(v.names.empty(), v.text);
  }
}

TEST_CASE("each name that is marked is told of where it is used") {
  string text =
      "#include \"green/lint.h\"\n#include <filesystem>\n"
      "#include <future>\n#include <mutex>\n";
  std::vector<string> used;
  for (const auto& [original, one] : all().all()) {
    const string& header = all().mirrors()[one.mirror].header;
    if (one.in != list::awaited || !header.ends_with(".h")) continue;
    if (header.starts_with("openssl/")) continue;
    text += "auto* const use_" + original + " = &::" + original + ";\n";
    used.push_back(one.green);
  }
  CHECK(used.size() > 300);
  text +=
      "std::mutex m1;\nstd::timed_mutex m2;\nstd::future<int> f;\n"
      "void all() {\n  std::this_thread::yield();\n"
      "  std::this_thread::sleep_for(std::chrono::seconds(1));\n"
      "  std::lock(m1, m2);\n"
      "  (void)std::filesystem::exists(\"/\");\n}\n";
  for (const char* one :
       {"mutex", "timed_mutex", "future", "this_thread::yield",
        "this_thread::sleep_for", "lock", "filesystem::exists"}) {
    used.push_back(string("green::") + one);
  }
  const tests::temporary_folder folder;
  const string path = folder.file("uses.cc", text);
  for (const string& compiler : compilers()) {
    CAPTURE(compiler);
    const verdict v = lint(compiler, path);
    CHECK_MESSAGE(v.names == used, v.text);
  }
}
