// SPDX-License-Identifier: MIT
// The house rules that no compiler checks. A rule is one test case: it walks
// the sources and calls `complain` with what to write instead. To add one, add
// a test case.
#include <doctest/doctest.h>

#include <filesystem>
#include <functional>
#include <map>
#include <regex>
#include <set>
#include <string>
#include <vector>

#include "tests/style/source.h"

namespace {

namespace fs = std::filesystem;
using std::string;
using style::line_at;
using style::read;
using style::source;
using style::sources;
using style::split;

constexpr size_t max_header_lines = 300;
constexpr size_t max_source_lines = 450;
constexpr size_t max_function_lines = 70;

void complain(const source& file, size_t line, const string& advice) {
  FAIL_CHECK(file.path << ":" << line << ": " << advice);
}

// Calls f(file, line number, match) for each line that has the pattern.
void each_match(
    const char* pattern,
    const std::function<void(const source&, size_t, const std::smatch&)>& f) {
  std::regex regex(pattern);
  std::smatch match;
  for (const source& file : sources()) {
    for (size_t i = 0; i < file.lines.size(); ++i) {
      if (std::regex_search(file.lines[i], match, regex)) f(file, i + 1, match);
    }
  }
}

void each_include(const std::function<void(const source&, size_t, const string&,
                                           bool quoted)>& f) {
  each_match(R"re(^\s*#\s*include\s*([<"])([^>"]+)[>"])re",
             [&](auto& file, size_t line, auto& match) {
               f(file, line, match[2].str(), match[1].str() == "\"");
             });
}

// ---- Mirrors ----

// gevent's names and green's own: headers that mirror nothing, though some
// system has a header of the same name.
const std::set<string> own_headers = {
    "green.h", "greenlet.h",   "timeout.h", "event.h",
    "queue.h", "pool.h",       "local.h",   "when.h",
    "debug.h", "threadpool.h", "server.h",  "subprocess.h"};

bool is_system_header(const string& name) {
  auto in_any = [&](const fs::path& folder, const string& part) {
    if (!fs::exists(folder)) return false;
    for (auto& entry : fs::directory_iterator(folder)) {
      string leaf = entry.path().filename().string();
      if (leaf.find(part) == string::npos || !entry.is_directory()) continue;
      if (fs::exists(entry.path() / name)) return true;
    }
    return false;
  };
  return fs::exists("/usr/include/" + name) ||
         in_any("/usr/include", "-linux-gnu") || in_any("/usr/include/c++", "");
}

bool is_mirror(const source& file) {
  if (file.folder != "green" || file.is_cc()) return false;
  string name = file.path.substr(string("green/").size());
  return !own_headers.count(name) && is_system_header(name);
}

// The lines of a mirror header's comment from `from` to `to`.
string header_list(const source& file, const string& from, const string& to) {
  string list;
  bool inside = false;
  for (const string& line : file.lines) {
    size_t begin = line.find(from);
    if (begin != string::npos) inside = true;
    if (!inside) continue;
    if (line.find(to) != string::npos || !line.starts_with("//")) break;
    list += begin == string::npos ? line.substr(2)
                                  : line.substr(begin + from.size());
    list += "\n";
  }
  return list;
}

std::set<string> words(const string& text) {
  static const std::regex word("[A-Za-z_][A-Za-z0-9_]*");
  return {std::sregex_token_iterator(text.begin(), text.end(), word),
          std::sregex_token_iterator()};
}

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
  head = std::regex_replace(head, std::regex(R"(\[\[[^\]]*\]\])"), " ");
  head = std::regex_replace(head, std::regex(R"(#[^\n]*)"), " ");
  head = std::regex_replace(head, std::regex(R"(^\s+|\s+$)"), "");
  if (head.find(')') == string::npos) return false;
  if (std::regex_search(head, std::regex(R"(^(extern|TEST_SUITE|namespace))")))
    return false;
  bool is_type = std::regex_search(
      head, std::regex(R"(^(template\s*<.*>\s*)?(class|struct|union|enum)\b)"));
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

TEST_CASE("layers include only what is below them") {
  const std::map<string, std::regex> allowed = {
      {"core", std::regex("green/core/.*")},
      {"hub", std::regex("green/(core|hub)/.*")},
      {"green", std::regex("green/.*")},
      {"examples", std::regex("(green/(?!core/|hub/)|examples/).*")},
      {"benchmarks", std::regex("(green|benchmarks|tests/clients)/.*")},
      {"tests", std::regex("(green|benchmarks|examples|tests)/.*")}};
  each_include([&](auto& file, size_t line, auto& name, bool quoted) {
    if (!quoted || std::regex_match(name, allowed.at(file.folder))) return;
    if (fs::exists("/usr/include/" + name)) {
      complain(file, line, "write <" + name + "> instead");
    } else if (!name.starts_with("green/") && file.folder != "tests") {
      complain(file, line, "write \"green/...\" instead of \"" + name + "\"");
    } else {
      complain(file, line,
               file.folder + " must not include \"" + name +
                   "\": move what is needed to the layer below");
    }
  });
}

TEST_CASE("core includes only the standard library") {
  each_include([](auto& file, size_t line, auto& name, bool quoted) {
    if (file.folder != "core" || quoted) return;
    bool is_std = name != "liburing.h" && name.find('/') == string::npos;
    if (is_std || name.starts_with("sanitizer/")) return;
    complain(file, line, "move what needs <" + name + "> to hub");
  });
}

TEST_CASE("liburing stays in hub's sources") {
  std::set<string> headers;
  each_include([&](auto& file, size_t line, auto& name, bool) {
    if (name != "liburing.h" && !name.starts_with("liburing/")) return;
    if (file.folder == "benchmarks" || file.folder == "tests") return;
    if (file.folder == "hub" && file.is_cc()) return;
    headers.insert(file.path);
    if (file.folder != "hub" || headers.size() > 1) {
      complain(file, line,
               "include it in hub's .cc files and one hub header alone: "
               "declare here, define there");
    }
  });
}

TEST_CASE("examples include green's mirror, not the original") {
  each_include([](auto& file, size_t line, auto& name, bool quoted) {
    if (file.folder != "examples" || quoted) return;
    if (file.path.ends_with("_blocking.cc")) return;
    if (!fs::exists("green/" + name)) return;
    complain(file, line, "write \"green/" + name + "\" instead");
  });
}

TEST_CASE("headers are free of #if and of macros") {
  each_match(R"(^\s*#\s*if)", [](auto& file, size_t line, auto&) {
    if (file.is_cc()) return;
    complain(file, line,
             "#pragma once guards; probe at run time, or move it to a .cc");
  });
  each_match(R"(^\s*#\s*define\s+(\w+))", [](auto& file, size_t line, auto& m) {
    if (file.is_cc() || file.folder == "tests" || file.folder == "benchmarks" ||
        m[1].str().starts_with("GREEN_ASSERT")) {
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
    string list = header_list(file, "Awaited:", "Same:");
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
  for (string folder :
       {"core", "hub", "green", "examples", "benchmarks", "tests"}) {
    INFO("open " << folder << "/BUILD with what it is and may include");
    CHECK(read(folder + "/BUILD").starts_with("# " + folder + ": "));
  }
}
