// SPDX-License-Identifier: MIT
// The house rules that no compiler checks. A rule is one test case: it walks
// the sources and calls `complain` with what to write instead. To add one, add
// a test case.
#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <functional>
#include <map>
#include <regex>
#include <set>
#include <string>
#include <vector>

#include "tests/style/rules.h"
#include "tests/style/source.h"

namespace {

namespace fs = std::filesystem;
using std::string;
using style::complain;
using style::each_include;
using style::each_match;
using style::header_list;
using style::is_mirror;
using style::line_at;
using style::read;
using style::source;
using style::sources;
using style::split;
using style::words;

constexpr size_t max_header_lines = 300;
constexpr size_t max_source_lines = 450;
constexpr size_t max_function_lines = 70;

// green/sys/socket.h → tests/green/sys/socket_test.cc. Where green/semaphore
// and green/semaphore.h both exist, the latter's test is semaphore_h_test.cc.
string test_of(const source& header) {
  fs::path path = header.path;
  string stem = path.replace_extension().string();
  bool has_twin = header.has_extension() && fs::exists(stem);
  return "tests/" + stem + (has_twin ? "_h_test.cc" : "_test.cc");
}

// The words of the statements that hold a static_assert or name a mirror.
std::set<string> mirror_section(const source& test) {
  std::set<string> found;
  for (const string& statement : split(test.code, ';')) {
    static const std::regex marked("static_assert|mirror|MIRROR");
    if (!std::regex_search(statement, marked)) continue;
    for (const string& word : words(statement)) found.insert(word);
  }
  return found;
}

// ---- Functions ----

struct block {
  size_t line;
  bool is_function;
};

// Whether the text before a brace outside functions begins a function's body.
bool opens_function(string head) {
  static const std::regex attribute(R"(\[\[[^\]]*\]\])"), line(R"(#[^\n]*)");
  static const std::regex margin(R"(^\s+|\s+$)");
  static const std::regex scope(R"(^(extern|TEST_SUITE|namespace))");
  static const std::regex type(
      R"(^(template\s*<.*>\s*)?(class|struct|union|enum)\b)");
  if (head.find(')') == string::npos) return false;
  head = std::regex_replace(head, attribute, " ");
  head = std::regex_replace(head, line, " ");
  head = std::regex_replace(head, margin, "");
  if (head.find(')') == string::npos) return false;
  if (std::regex_search(head, scope)) return false;
  const bool is_type = std::regex_search(head, type);
  return !is_type || head.ends_with(")");
}

void check_functions(const source& file) {
  std::vector<block> blocks;
  bool inside = false;
  size_t head = 0;
  const string& code = file.code;
  for (size_t i = 0; i < code.size(); ++i) {
    if (code[i] == '{') {
      bool opens = !inside && opens_function(code.substr(head, i - head));
      blocks.push_back({line_at(code, i), opens});
      inside = inside || opens;
    } else if (code[i] == '}' && !blocks.empty()) {
      block b = blocks.back();
      blocks.pop_back();
      if (!b.is_function) continue;
      inside = false;
      size_t length = line_at(code, i) - b.line + 1;
      if (length > max_function_lines) {
        complain(file, b.line,
                 "a function of " + std::to_string(length) +
                     " lines: keep the control flow here and move straight "
                     "pieces into helpers, to at most " +
                     std::to_string(max_function_lines));
      }
    }
    if (code[i] == '{' || code[i] == '}' || code[i] == ';') head = i + 1;
  }
}

}  // namespace

TEST_CASE("the sources are here") { REQUIRE(sources().size() > 10); }

TEST_CASE("examples include green's mirror, not the original") {
  each_include([](auto& file, size_t line, auto& name, bool quoted) {
    if (file.folder != "examples" || quoted) return;
    if (file.path.ends_with("_blocking.cc")) return;
    const string mirror = "green/" + name;
    if (!fs::exists(mirror)) return;
    if (read(mirror).find("// Awaited: (nothing)") != string::npos) return;
    complain(file, line, "write \"green/" + name + "\" instead");
  });
}

TEST_CASE("headers are free of #if and of macros") {
  // An attribute that one compiler knows alone takes both. A header of C++23 is
  // empty in C++20, and so is its mirror. One specialisation is of a class that
  // only libstdc++ has.
  constexpr auto attributes = "core/attributes.h";
  constexpr auto of_libstdcxx = "green/locks/std_condition.h";
  const std::regex newer("#ifdef __cpp_lib_\\w+");
  each_match(R"(^\s*#\s*if)", [&](auto& file, size_t line, auto&) {
    if (file.is_cc() || file.path == attributes || file.path == of_libstdcxx)
      return;
    if (is_mirror(file) && std::regex_match(file.lines[line - 1], newer))
      return;
    complain(file, line,
             "#pragma once guards; probe at run time, or move it to a .cc");
  });
  each_match(R"(^\s*#\s*define\s+(\w+))", [](auto& file, size_t line, auto& m) {
    if (file.is_cc() || file.folder == "tests" || file.folder == "benchmarks" ||
        file.path == attributes || m[1].str().starts_with("GREEN_ASSERT") ||
        m[1].str() == "GREEN_PROBE") {
      return;
    }
    complain(file, line, "write a constant or a function instead");
  });
  for (const source& file : sources()) {
    if (file.is_cc() || file.text.find("#pragma once") != string::npos)
      continue;
    complain(file, 1, "write #pragma once under the opening comment");
  }
}

TEST_CASE("files have a length that can be read") {
  for (const source& file : sources()) {
    size_t limit = file.is_cc() ? max_source_lines : max_header_lines;
    if (file.lines.size() <= limit) continue;
    complain(file, file.lines.size(),
             "split it by the state that the parts own, to at most " +
                 std::to_string(limit) + " lines a file");
  }
}

TEST_CASE("functions fit a screen") {
  for (const source& file : sources()) check_functions(file);
}

TEST_CASE("files open with their licence") {
  const string licence = "// SPDX-License-Identifier: MIT";
  for (const source& file : sources()) {
    size_t line = file.has_extension() ? 0 : 1;
    if (line == 1 && (file.lines.empty() ||
                      file.lines[0] != "// " + file.path + " -*- C++ -*-")) {
      complain(file, 1, "write // " + file.path + " -*- C++ -*-");
    }
    if (file.lines.size() <= line || file.lines[line] != licence) {
      complain(file, line + 1, "write " + licence);
    }
  }
}

TEST_CASE("what a layer hides is the layer below") {
  each_match(R"(namespace\s+(\w+::)*(detail|impl|internal)\b)",
             [](auto& file, size_t line, auto&) {
               complain(file, line,
                        "put it in green::core or green::hub, or in the .cc's "
                        "unnamed namespace");
             });
}

TEST_CASE("nothing is left for later") {
  each_match(
      "\\b(TO"
      "DO|FIX"
      "ME|XX"
      "X)\\b",
      [](auto& file, size_t line, auto&) {
        complain(file, line, "do it, or open an issue");
      });
}

TEST_CASE("an and after co_return is no reference") {
  const std::regex reference(R"([\w)]&& )");
  for (const source& file : sources()) {
    for (size_t i = 0; i < file.lines.size(); ++i) {
      const size_t returns = file.lines[i].find("co_return ");
      if (returns == string::npos) continue;
      if (!std::regex_search(file.lines[i].substr(returns), reference))
        continue;
      complain(file, i + 1,
               "put the condition in parentheses: clang-format takes its last "
               "&& for a type's");
    }
  }
}

TEST_CASE("mirrors say what they mirror") {
  for (const source& file : sources()) {
    if (!is_mirror(file)) continue;
    for (string list : {"Awaited:", "Same:", "Differs:", "Missing:"}) {
      if (file.text.find(list) != string::npos) continue;
      complain(file, 1,
               "write the list \"// " + list +
                   " ...\" in the opening comment "
                   "(\"none\" if it is empty)");
    }
  }
}

TEST_CASE("no type of green has a name that a mirror takes") {
  std::set<string> taken;
  each_match(R"(^using ::(\w+);)", [&](auto& file, size_t, auto& match) {
    if (is_mirror(file)) taken.insert(match[1].str());
  });
  CHECK(taken.count("group_member") == 1);
  each_match(
      R"(^(?:class|struct|enum|union)\b.*?(\w+)(?: final)?(?: [:{].*|;)$)",
      [&](auto& file, size_t line, auto& match) {
        if (file.folder != "green" || !file.is_header()) return;
        if (taken.count(match[1].str()) == 0) return;
        complain(file, line,
                 "call it otherwise: " + match[1].str() +
                     " is re-exported, and hides it where the mirror "
                     "is included first");
      });
}

TEST_CASE("each awaited name has a mirror test") {
  std::map<string, std::set<string>> tested;
  for (const source& file : sources()) {
    if (file.folder == "tests") tested[file.path] = mirror_section(file);
  }
  for (const source& file : sources()) {
    if (!is_mirror(file)) continue;
    string list = header_list(file, "Awaited:");
    list = std::regex_replace(list, std::regex(R"(\([^)]*\))"), " ");
    for (const string& name : words(list)) {
      if (name == "none" || tested[test_of(file)].count(name)) continue;
      complain(file, 1,
               "write a mirror line (a static_assert) for " + name + " in " +
                   test_of(file) + "; Awaited: holds names only");
    }
  }
}

TEST_CASE("programs say what they do") {
  for (const source& file : sources()) {
    fs::path path = file.path;
    if (file.folder != "examples" && file.folder != "benchmarks") continue;
    if (file.is_header() || path.parent_path() != file.folder) continue;
    if (fs::exists(fs::path(path).replace_extension(".h"))) continue;
    string opening = "// " + path.stem().string() + ": ";
    if (file.text.find("\n" + opening) != string::npos) continue;
    complain(file, 2, "write " + opening + "what it does, for ./run --list");
  }
}

TEST_CASE("folders say what they are") {
  for (string folder : {"green", "examples", "benchmarks", "tests"}) {
    INFO("open " << folder << "/BUILD with what it is and may include");
    CHECK(read(folder + "/BUILD").starts_with("# " + folder + ": "));
  }
  for (string layer : {"core", "hub"}) {
    INFO("say in green/BUILD what " << layer << " is and may include");
    CHECK(read("green/BUILD").find("\n# " + layer + ": ") != string::npos);
    INFO("a BUILD file in " << layer << " hides its headers from other "
                            << "workspaces: green/" << layer << " leads there");
    CHECK(!fs::exists(layer + "/BUILD"));
  }
}
