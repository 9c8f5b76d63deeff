// SPDX-License-Identifier: MIT
// A forgotten co_await does not compile where the call's result is wanted, for
// any awaitable of green, and the message names co_await.
#include <doctest/doctest.h>

#include <algorithm>
#include <cstddef>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <string>
#include <vector>

#include "tests/mistakes/awaitables.h"
#include "tests/mistakes/diagnoses.h"
#include "tests/style/source.h"
#include "tests/support/files.h"
#include "tests/support/shell.h"

namespace {

using std::size_t;
using std::string;
using tests::awaitable;

// The places where a result is wanted; E is the awaitable.
const std::vector<const char*> places = {
    "void f() { if (E) {} }",
    "void f() { while (E) {} }",
    "void f() { for (; E;) {} }",
    "void f() { do {} while (E); }",
    "int f() { return E ? 1 : 2; }",
    "void f() { (void)!E; }",
    "void f(bool b) { (void)(b && E); }",
    "void f(bool b) { (void)(E || b); }",
    "void f() { (void)(E == 0); }",
    "void f() { (void)(E == -1); }",
    "void f() { (void)(E != true); }",
    "void f() { (void)(E == nullptr); }",
    "void f() { (void)(E < 0); }",
    "void f() { (void)(E > 0); }",
    "void f() { (void)(E + 1); }",
    "void f() { (void)-E; }",
    "void f() { switch (E) { default: ; } }",
    "bool f() { return E; }",
    "int f() { return E; }",
    "void f() { [[maybe_unused]] bool b = E; }",
    "void f() { [[maybe_unused]] bool b(E); }",
    "void f() { [[maybe_unused]] int i = E; }",
    "void f() { [[maybe_unused]] int i{E}; }",
    "void f() { [[maybe_unused]] ssize_t n = E; }",
    "void f(int i) { i = E; }",
    "void f(bool b) { b |= E; }",
    "void f() { takes_int(E); }",
    "void f() { takes_bool(E); }",
    "void f() { (void)static_cast<bool>(E); }",
};

string with(string place, const string& made_by) {
  return place.replace(place.find('E'), 1, made_by);
}

// A line and a namespace of its own for each awaitable in each place.
struct program {
  string text;
  size_t first_line;
  std::vector<string> lines;
};

program wrong_program() {
  program made{tests::awaitables_world(), 0, {}};
  made.text += "void takes_int(int);\nvoid takes_bool(bool);\n";
  made.first_line =
      1 + static_cast<size_t>(std::ranges::count(made.text, '\n'));
  for (const awaitable& one : tests::awaitables()) {
    for (const char* place : places)
      made.lines.push_back(with(place, one.made_by));
  }
  size_t number = 0;
  for (const string& line : made.lines) {
    made.text +=
        "namespace n" + std::to_string(number++) + " { " + line + " }\n";
  }
  return made;
}

bool names_co_await(const tests::diagnosis& one) {
  return one.error && one.text.find("co_await") != string::npos;
}

}  // namespace

TEST_CASE("an awaitable in place of its result is an error") {
  const tests::temporary_folder folder;
  const program wrong = wrong_program();
  const string path = folder.file("wrong.cc", wrong.text);
  REQUIRE(!tests::compilers().empty());
  for (const string& compiler : tests::compilers()) {
    CAPTURE(compiler);
    const auto said = tests::diagnoses(compiler, path);
    CHECK(said.lower_bound(1) == said.lower_bound(wrong.first_line));
    for (size_t i = 0; i < wrong.lines.size(); ++i) {
      const auto here = said.find(wrong.first_line + i);
      const bool told = here != said.end() &&
                        std::ranges::any_of(here->second, names_co_await);
      CHECK_MESSAGE(told, wrong.lines[i]
                              << ": "
                              << (here == said.end() ? string("no error")
                                                     : here->second[0].text));
    }
  }
}

TEST_CASE("an awaitable converts to nothing") {
  string text = tests::awaitables_world() +
                "template <class A, class... To>\n"
                "constexpr bool stays = !(std::is_convertible_v<A, To> || ...)"
                " && !(std::is_constructible_v<To, A> || ...);\n"
                "template <class A>\n"
                "constexpr bool refuses =\n"
                "    stays<A, bool, char, int, long, double, void*> &&\n"
                "    stays<A&, bool, char, int, long, double, void*> &&\n"
                "    stays<const A&, bool, char, int, long, double, void*>;\n";
  for (const awaitable& one : tests::awaitables())
    text += string("static_assert(refuses<std::remove_reference_t<decltype(") +
            one.made_by + ")>>);\n";
  const tests::temporary_folder folder;
  const string path = folder.file("right.cc", text);
  for (const string& compiler : tests::compilers()) {
    const auto compiled =
        tests::shell(compiler + " -std=c++20 -fsyntax-only -I . " + path);
    CHECK_MESSAGE(compiled.status == 0, compiler << ":\n" << compiled.text);
  }
}

// awaits_test.cc finds each awaitable in the headers, and asks for a line in
// tests/green/awaits.
TEST_CASE("no awaitable is left out") {
  std::set<string> known;
  for (const awaitable& one : tests::awaitables()) known.insert(one.name);
  static const std::regex line(R"re(\b(?:fair|exempt)\(\s*"([^"]+)")re");
  size_t names = 0;
  for (const style::source& file : style::sources()) {
    if (!file.path.starts_with("tests/green/awaits/")) continue;
    for (std::sregex_iterator at(file.text.begin(), file.text.end(), line), end;
         at != end; ++at) {
      ++names;
      const string name = (*at)[1].str();
      // Where no hub runs, it converts to the status of a program.
      if (name == "signal_handler.h run_until") continue;
      CHECK_MESSAGE(known.contains(name),
                    name << " is missing in tests/mistakes/awaitables.cc");
    }
  }
  CHECK(names > 150);
}
