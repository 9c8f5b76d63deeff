// SPDX-License-Identifier: MIT
// clang warns of an awaitable that outlives what it was given (GREEN_KEPT).
#include <doctest/doctest.h>

#include <cstddef>
#include <fstream>
#include <string>
#include <vector>

#include "tests/support/files.h"
#include "tests/support/shell.h"

namespace {

using std::string;

struct function {
  const char* code;
  const char* warning;  // null: it is right
};

const std::vector<function> functions = {
    {"auto f0() { char b[9]; return green::recv(0, b, 9, 0); }",
     "-Wreturn-stack-address"},
    {"auto f1() { green::sockaddr_in a{}; return green::connect(0, "
     "reinterpret_cast<sockaddr*>(&a), sizeof a); }",
     "-Wreturn-stack-address"},
    {"auto f2() { char b[9]; return green::read(0, b, 9); }",
     "-Wreturn-stack-address"},
    {"task<> f3() { int n = 1; auto t = green::call_once(once, [n] { use(n); "
     "}); co_await t; }",
     "-Wdangling"},
    {"auto f4(char* b) { return green::recv(0, b, 9, 0); }", nullptr},
    {"task<> f5() { char b[9]; auto received = green::recv(0, b, 9, 0); "
     "co_await received; }",
     nullptr},
    {"task<> f6() { co_await green::call_once(once, [] {}); }", nullptr},
};

const char* const head = R"(#include "green/green.h"
#include "green/mutex"
#include "green/netinet/in.h"
#include "green/sys/socket.h"
#include "green/unistd.h"
using green::task;
green::once_flag once;
void use(int);
)";

}  // namespace

TEST_CASE("an awaitable that outlives its arguments is a warning of clang") {
  if (!tests::installed("clang++-19")) return;
  const tests::temporary_folder folder;
  {
    std::ofstream out(folder.at("kept.cc"));
    out << head;
    for (const function& one : functions) out << one.code << "\n";
  }
  const auto compiled =
      tests::shell("clang++-19 -std=c++20 -fsyntax-only -Wall -Wextra -I . " +
                   folder.at("kept.cc"));
  CHECK(compiled.status == 0);
  std::size_t line = 8;
  for (const function& one : functions) {
    ++line;
    INFO(string(one.code) << "\n" << compiled.text);
    const auto at = compiled.text.find("kept.cc:" + std::to_string(line) + ":");
    CHECK((at != string::npos) == (one.warning != nullptr));
    if (one.warning == nullptr || at == string::npos) continue;
    const auto end = compiled.text.find('\n', at);
    CHECK(compiled.text.substr(at, end - at).find(one.warning) != string::npos);
  }
}
