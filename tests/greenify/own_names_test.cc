// SPDX-License-Identifier: MIT
// The lists "Own:" of the mirrors, and clang's view of the namespace green,
// tell of the same names: those that the original has, that green declares
// anew, and that do not wait.
#include <doctest/doctest.h>

#include <algorithm>
#include <cstddef>
#include <regex>
#include <set>
#include <string>
#include <string_view>
#include <vector>
#include <version>

#include "tests/style/rules.h"
#include "tests/style/source.h"
#include "tests/support/files.h"
#include "tests/support/shell.h"
#include "tools/greenify/names.h"

namespace {

using greenify::list;
using greenify::mirror;
using greenify::name;
using greenify::names;
using std::size_t;
using std::string;

const names& all() {
  static const names read = names::read("green");
  return read;
}

string clang(const string& options, const string& path) {
  return "clang++-19 -std=c++20 -fsyntax-only -ferror-limit=0 -I. " + options +
         " " + path;
}

// ---- The names that green declares ----

// The scopes above a line of clang's tree, by its depth.
class scopes {
 public:
  // Of a declaration that is no member: "green::this_thread". Empty elsewhere.
  string enter(size_t depth, std::string_view kind, const string& line) {
    open_.resize(std::min(open_.size(), depth));
    string around;
    bool in_namespace = true;
    for (const string& one : open_) {
      if (one.empty()) in_namespace = false;
      if (one != "-") around += (around.empty() ? "" : "::") + one;
    }
    open_.resize(depth);
    open_.push_back(kind == "NamespaceDecl"         ? space_in(line)
                    : kind == "TranslationUnitDecl" ? "-"
                                                    : "");
    return in_namespace ? around : "";
  }

 private:
  static string space_in(const string& line) {
    static const std::regex last(R"((\w+)(?: inline)?(?: nested)?$)");
    std::smatch match;
    return std::regex_search(line, match, last) ? match[1].str() : "";
  }

  std::vector<string> open_;
};

// The name that a line declares, or nothing. A using-declaration declares none.
string declared(std::string_view kind, const string& line) {
  static const std::regex typed(R"( (\w+) ')"), last(R"( (\w+)$)");
  static const std::regex type(R"( (?:class|struct|union) (\w+)(?: def.*)?$)");
  static const std::set<std::string_view> values = {
      "FunctionDecl", "VarDecl", "TypeAliasDecl", "TypedefDecl"};
  static const std::set<std::string_view> templates = {
      "ClassTemplateDecl", "FunctionTemplateDecl", "TypeAliasTemplateDecl",
      "VarTemplateDecl", "EnumDecl"};
  const std::regex* const pattern = values.contains(kind)      ? &typed
                                    : templates.contains(kind) ? &last
                                    : kind == "CXXRecordDecl"  ? &type
                                                               : nullptr;
  std::smatch match;
  if (pattern == nullptr || !std::regex_search(line, match, *pattern))
    return "";
  return match[1];
}

// All of green's namespaces, qualified, as an original's name: fork,
// this_thread::get_id.
std::set<string> declared_in_green(const string& tree) {
  std::set<string> found;
  scopes around;
  for (const string& line : style::split(tree, '\n')) {
    const size_t begin = line.find_first_not_of("|`- ");
    if (begin == string::npos) continue;
    const size_t end = std::min(line.find(' ', begin), line.size());
    const std::string_view kind(line.data() + begin, end - begin);
    const string scope = around.enter(begin / 2, kind, line);
    if (scope != "green" && !scope.starts_with("green::")) continue;
    if (line.find(" parent 0x") != string::npos) continue;  // a member
    const string one = declared(kind, line);
    const string inner = scope == "green" ? "" : scope.substr(7) + "::";
    if (!one.empty()) found.insert(inner + one);
  }
  return found;
}

// ---- The names that the originals have ----

// Mirrored headers that this system has no more.
bool is_gone(const string& header) {
  static const std::set<string> all = style::gone_headers();
  return all.contains(header);
}

// Those, and headers that this library of C++ does not have yet.
bool is_absent(const string& header) {
#ifndef __cpp_lib_generator
  if (header == "generator") return true;
#endif
  return is_gone(header);
}

// And names of C++20 that it does not have yet.
const std::set<string> unknown = {
#if defined(_GLIBCXX_RELEASE) && _GLIBCXX_RELEASE < 13
    "std::atomic_flag_notify_all",  "std::atomic_flag_notify_one",
    "std::atomic_flag_test",        "std::atomic_flag_test_explicit",
    "std::atomic_signed_lock_free", "std::atomic_unsigned_lock_free",
#endif
};

string includes_of_green() {
  string text;
  for (const mirror& m : all().mirrors()) {
    if (!is_gone(m.header)) text += "#include \"green/" + m.header + "\"\n";
  }
  return text;
}

constexpr size_t first_line = 10'000;

// Those of the names that the system's headers declare.
std::set<string> that_exist(const std::vector<string>& originals) {
  string text;
  for (const mirror& m : all().mirrors()) {
    if (!is_absent(m.header)) text += "#include <" + m.header + ">\n";
  }
  for (size_t i = 0; i < originals.size(); ++i) {
    const string number = std::to_string(first_line + i);
    text += "#line " + number + "\nnamespace n" + number +
            " { using ::" + originals[i] + "; }\n";
  }
  const tests::temporary_folder folder;
  const string path = folder.file("originals.cc", text);
  const auto ran = tests::shell(clang("", path) + " 2>&1");
  std::set<string> found(originals.begin(), originals.end());
  for (const string& line : style::split(ran.text, '\n')) {
    if (!line.starts_with(path + ":")) continue;
    if (line.find("error:") == string::npos) continue;
    const size_t at = std::stoul(line.substr(path.size() + 1));
    REQUIRE_MESSAGE(at >= first_line, line);
    found.erase(originals.at(at - first_line));
  }
  return found;
}

// A call finds these by its arguments, without a namespace before them.
bool found_by_arguments(const string& one) {
  const size_t scope = one.rfind("::");
  const string last = scope == string::npos ? one : one.substr(scope + 2);
  return last == "swap" || last == "begin" || last == "end";
}

const std::set<string>& of_green() {
  static const std::set<string> found = [] {
    const tests::temporary_folder folder;
    const string path = folder.file("mirrors.cc", includes_of_green());
    const auto ran =
        tests::shell(clang("-fno-color-diagnostics -Xclang -ast-dump", path));
    CHECK_MESSAGE(ran.status == 0, ran.text.substr(0, 2000));
    return declared_in_green(ran.text);
  }();
  return found;
}

}  // namespace

TEST_CASE("each name that green declares anew stands in a header's list") {
  if (!tests::installed("clang++-19")) {
    MESSAGE("not run: clang++-19 is not installed");
    return;
  }
  std::vector<string> candidates;
  for (const string& one : of_green()) {
    if (found_by_arguments(one)) continue;
    for (const char* scope : {"", "std::"}) {
      const name* known = all().find(scope + one);
      if (known != nullptr && known->in <= list::own) break;
      candidates.push_back(scope + one);
    }
  }
  for (const string& one : that_exist(candidates)) {
    const bool of_std = one.starts_with("std::");
    const name* other = all().find(of_std ? one.substr(5) : "std::" + one);
    if (other != nullptr && other->in <= list::own) continue;
    FAIL_CHECK("green has a " << one << " of its own: its header's list Own: "
                              << "(or Awaited:) is to have it");
  }
}

TEST_CASE("each name of a list Own: is declared in green") {
  if (!tests::installed("clang++-19")) return;
  size_t own = 0;
  for (const auto& [original, one] : all().all()) {
    if (one.in != list::own) continue;
    ++own;
    CHECK_MESSAGE(of_green().contains(one.green.substr(7)),
                  all().include_of(one)
                      << ": " << one.green
                      << " is no name of green's own: take it out of Own:");
  }
  CHECK(own > 100);
}

TEST_CASE("each name of a list Own: has an original in its header's scope") {
  if (!tests::installed("clang++-19")) return;
  std::vector<string> originals;
  for (const auto& [original, one] : all().all()) {
    if (one.in != list::own) continue;
    const string header = all().include_of(one);
    if (is_absent(header.substr(header.rfind('/') + 1))) continue;
    if (unknown.contains(original)) continue;
    originals.push_back(original);
  }
  const std::set<string> there = that_exist(originals);
  for (const string& one : originals)
    CHECK_MESSAGE(there.contains(one), "there is no original of " << one);
}
