// SPDX-License-Identifier: MIT
// Objects of static storage, and a fork. A thread that the child lacks may hold
// a lock at the fork, or be about to make an object. In the child the lock then
// stays locked and the object half made, for ever.
#include <doctest/doctest.h>

#include <array>
#include <regex>
#include <string>
#include <string_view>
#include <vector>

#include "tests/style/rules.h"
#include "tests/style/source.h"

namespace {

using std::string;
using std::string_view;
using style::complain;
using style::source;

// A simulated process is one thread.
bool of_library(const source& file) {
  return (file.folder == "core" || file.folder == "hub" ||
          file.folder == "green") &&
         !file.path.starts_with("green/testing/");
}

enum class scope { function, type, other };

// The scope that a brace opens, by the text before it.
scope scope_of(string head) {
  static const std::regex attribute(R"(\[\[[^\]]*\]\])");
  static const std::regex type(
      R"(^\s*(template\s*<.*>\s*)?(class|struct|union)\b)");
  static const std::regex parameters(R"(\)[\s\w]*$)");
  head = std::regex_replace(head, attribute, " ");
  const bool calls = std::regex_search(head, parameters);
  if (!calls && std::regex_search(head, type)) return scope::type;
  return head.find(')') == string::npos ? scope::other : scope::function;
}

bool is_local(const std::vector<scope>& around) {
  for (auto s = around.rbegin(); s != around.rend(); ++s) {
    if (*s != scope::other) return *s == scope::function;
  }
  return false;
}

// Where the statics of functions begin.
std::vector<size_t> local_statics(const string& code) {
  constexpr string_view word = "static ";
  std::vector<size_t> found;
  std::vector<scope> around;
  size_t head = 0;
  for (size_t i = 0; i < code.size(); ++i) {
    const bool statement = head == i || code[i - 1] == ' ';
    if (statement && code.compare(i, word.size(), word) == 0 &&
        is_local(around)) {
      found.push_back(i);
    }
    if (code[i] == '{') around.push_back(scope_of(code.substr(head, i - head)));
    if (code[i] == '}' && !around.empty()) around.pop_back();
    if (code[i] == '{' || code[i] == '}' || code[i] == ';') head = i + 1;
  }
  return found;
}

// Is there nothing to do when the function first comes to it?
bool needs_no_making(const string& declaration) {
  static const std::regex ready(
      R"(^static (constexpr|thread_local|constinit thread_local)\b)");
  static const std::regex with_destructor(R"(\bimmortal<)");
  if (std::regex_search(declaration, ready)) return true;
  return declaration.starts_with("static constinit ") &&
         !std::regex_search(declaration, with_destructor);
}

struct lock_of_its_own {
  string_view file;
  string_view why;
};
constexpr std::array locks{
    lock_of_its_own{"core/fork_mutex.cc", "guards the list of fork_mutex"},
    lock_of_its_own{"green/posix/signal_handlers.cc",
                    "locked in handlers, and unlocked in each child"},
    lock_of_its_own{"green/names/enumeration.h",
                    "the C library's own lock stays locked as well"},
    lock_of_its_own{"green/utmpx.cc",
                    "the C library's own lock stays locked as well"},
};

bool may_have_lock(const source& file) {
  for (const lock_of_its_own& one : locks) {
    if (one.file == file.path) return true;
  }
  return false;
}

}  // namespace

TEST_CASE("no object is half made in a child of fork") {
  for (const source& file : style::sources()) {
    if (!of_library(file)) continue;
    for (const size_t at : local_statics(file.code)) {
      const size_t end = file.code.find(';', at);
      if (needs_no_making(file.code.substr(at, end - at))) continue;
      complain(file, style::line_at(file.code, at),
               "write static constinit core::made_once<T> x, and x.get(); or "
               "an object of the namespace");
    }
  }
}

TEST_CASE("no lock of the process stays locked in a child of fork") {
  style::each_match(
      R"(^(constinit |inline |static |  static .*)*(core::|std::)?(spin_lock|mutex) \w+( = .*)?;)",
      [](const source& file, size_t line, const std::smatch& match) {
        if (!of_library(file) || may_have_lock(file)) return;
        if (match.str().find("fork_mutex") != string::npos) return;
        complain(file, line, "write constinit core::fork_mutex");
      });
}

TEST_CASE("objects that need making are told from others") {
  CHECK(local_statics("int f() { static int a = g(); }").size() == 1);
  CHECK(local_statics("auto f = [] { if (b()) { static x a; } };").size() == 1);
  CHECK(local_statics("void f() { struct s { static int a(); }; }").empty());
  CHECK(local_statics("struct s { static int a(); };").empty());
  CHECK(local_statics("template <class T> struct s { static T a; };").empty());
  CHECK(local_statics("struct s<int(char)> { static int a; };").empty());
  CHECK(local_statics("class [[a(\"\")]] s { static int a; };").empty());
  CHECK(local_statics("struct s f() noexcept { static int a; }").size() == 1);
  CHECK(local_statics("namespace n { static int a; }").empty());
  CHECK_FALSE(needs_no_making("static const int a = f()"));
  CHECK_FALSE(needs_no_making("static auto& a = *new b"));
  CHECK_FALSE(needs_no_making("static constinit immortal<a> b"));
  CHECK(needs_no_making("static constinit core::made_once<a> b"));
  CHECK(needs_no_making("static constexpr int a = 1"));
}
