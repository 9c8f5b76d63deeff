// SPDX-License-Identifier: MIT
// The mirrors of headers in which nothing waits are made by this test. A row of
// tests/plain_mirrors/c.txt has a header of C, whose names are those that clang
// finds in the original. A row of std.txt has one of std and its names. With
// GREEN_WRITE_HEADERS=FOLDER the test writes the mirrors to FOLDER, which is
// "green".
#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <string>
#include <vector>

#include "tests/style/source.h"
#include "tests/support/files.h"
#include "tests/support/shell.h"

namespace {

namespace fs = std::filesystem;
using std::string;

using names = std::set<string>;

// A row: "header: NAME" and lines "key: text". A line that begins with two
// spaces goes on with the text before it.
struct plain_header {
  string name;
  bool of_std = false;
  names is;        // mirrors that have all of its names
  names includes;  // mirrors that it includes as well
  names only;      // its names, where clang is not asked
  names added;     // names that clang does not find: they are macros in C
  names namespaces;
  string only_if;  // the macro of a newer standard that has the names
  string some_if;  // the macro of a library that has these names, too
  names some;
  string differs = "nothing.";
  string missing;
  names absent;  // the words of missing before a colon
};

names words(const string& text) {
  static const std::regex word(R"([\w./]+)");
  return {std::sregex_token_iterator(text.begin(), text.end(), word),
          std::sregex_token_iterator()};
}

void put(plain_header& h, const string& key, const string& text) {
  const std::map<string, names plain_header::*> lists = {
      {"is", &plain_header::is},
      {"includes", &plain_header::includes},
      {"names", &plain_header::only},
      {"added", &plain_header::added},
      {"namespaces", &plain_header::namespaces}};
  if (const auto list = lists.find(key); list != lists.end()) {
    h.*list->second = words(text);
  } else if (key == "only_if") {
    h.only_if = text;
  } else if (key == "some_if") {
    h.some_if = text.substr(0, text.find(' '));
    h.some = words(text.substr(h.some_if.size()));
  } else if (key == "differs") {
    h.differs = text;
  } else if (key == "missing") {
    h.missing += (h.missing.empty() ? "" : " ") + text;
    h.absent.merge(words(text.substr(0, text.find(':'))));
  } else {
    FAIL("no key of a row: " << key);
  }
}

void read_rows(const string& path, bool of_std, std::vector<plain_header>& to) {
  string text = style::read(path);
  text = std::regex_replace(text, std::regex(R"(\n  )"), " ");
  for (const string& line : style::split(text, '\n')) {
    const size_t colon = line.find(": ");
    if (line.starts_with("#") || colon == string::npos) continue;
    const string key = line.substr(0, colon), rest = line.substr(colon + 2);
    if (key == "header") {
      to.emplace_back();
      to.back().name = rest;
      to.back().of_std = of_std;
    } else {
      put(to.back(), key, rest);
    }
  }
}

const std::vector<plain_header>& plain_headers() {
  static const std::vector<plain_header> all = [] {
    std::vector<plain_header> rows;
    read_rows("tests/plain_mirrors/c.txt", false, rows);
    read_rows("tests/plain_mirrors/std.txt", true, rows);
    return rows;
  }();
  return all;
}

bool is_plain(const string& header) {
  for (const plain_header& h : plain_headers()) {
    if (h.name == header) return true;
  }
  return false;
}

// The name that a line of clang's syntax tree declares, or nothing.
string declared(string line) {
  static const names values = {"Function", "Typedef", "Var", "EnumConstant"};
  static const names types = {"CXXRecord", "Enum"};
  const size_t at = line.find("Decl 0x");
  if (at == string::npos ||
      line.find("<invalid sloc>> <invalid sloc>") != string::npos)
    return "";
  const size_t from = line.find_last_of("-", at) + 1;
  const string kind = line.substr(from, at - from);
  if (types.contains(kind)) {
    const string end = " definition";
    if (line.ends_with(end)) line.resize(line.size() - end.size());
  } else if (values.contains(kind)) {
    line.resize(std::min(line.size(), line.find(" '")));
  } else {
    return "";
  }
  return line.substr(line.rfind(' ') + 1);
}

bool is_scope(const string& line) {
  return line.find("LinkageSpecDecl 0x") != string::npos ||
         line.find("TranslationUnitDecl 0x") != string::npos ||
         line.find("EnumDecl 0x") != string::npos;
}

// Names of the implementation, of _Float32 and of large files, and keywords.
bool is_left_out(const string& name) {
  static const std::regex out(
      R"([_\d].*|(?!Elf)\w*f(32|64|128)x?\w*|\w*rlimit64|)"
      R"((off|ino|blkcnt|fsblkcnt|fsfilcnt)64_t|)"
      R"(struct|union|enum|definition|line:.*|col:.*|<.*|.*>)");
  return name.empty() || std::regex_match(name, out);
}

// What clang finds in a header of C. The names are those that it declares, with
// those of the headers that it includes.
struct original {
  names declares;
  names macros;  // that stand for something else: no scope can have these
  names headers;
};

names declared_in(const string& tree) {
  names all;
  std::vector<bool> open;  // is the declaration at this depth a scope?
  for (const string& line : style::split(tree, '\n')) {
    const size_t depth = line.find_first_not_of("|`- ") / 2;
    open.resize(depth);
    bool inside = true;
    for (const bool scope : open) inside = inside && scope;
    open.push_back(is_scope(line));
    const string name = inside ? declared(line) : "";
    if (!is_left_out(name)) all.insert(name);
  }
  return all;
}

names macros_in(const string& defines) {
  const string begin = "#define ";
  names all;
  for (const string& line : style::split(defines, '\n')) {
    const size_t end = line.find(' ', begin.size());
    if (!line.starts_with(begin) || end == string::npos) continue;
    const string name = line.substr(begin.size(), end - begin.size());
    if (name.find('(') == string::npos && line.substr(end + 1) != name)
      all.insert(name);
  }
  return all;
}

names headers_in(const string& rule) {
  const string root = "/usr/include/";
  names all;
  for (string path : style::split(rule, ' ')) {
    if (!path.starts_with(root)) continue;
    path.resize(std::min(path.size(), path.find('\n')));
    path = path.substr(root.size());
    const size_t machine = path.find("-linux-gnu/");
    all.insert(machine == string::npos ? path
                                       : path.substr(path.find('/') + 1));
  }
  return all;
}

// libstdc++'s own headers of C are passed over.
const original& original_of(const string& header) {
  static std::map<string, original> known;
  const auto found = known.find(header);
  if (found != known.end()) return found->second;
  const tests::temporary_folder folder;
  folder.file("asks.cc", "#include <" + header + ">\n");
  const auto ran = tests::shell(
      "cd " + folder.at("") +
      " && clang='clang++-19 -std=c++20 -nostdinc++ -w asks.cc'"
      " && $clang -E -dM >macros && $clang -fsyntax-only -Xclang -ast-dump "
      "-fno-color-diagnostics -MD -MF headers >tree");
  CHECK_MESSAGE(ran.status == 0, ran.text);
  return known[header] = {declared_in(style::read(folder.at("tree"))),
                          macros_in(style::read(folder.at("macros"))),
                          headers_in(style::read(folder.at("headers")))};
}

// The other headers that it includes and that have a mirror with names.
names mirrored_within(const string& header) {
  names found;
  for (const string& name : original_of(header).headers) {
    if (name == header) continue;
    if (!is_plain(name) && !fs::exists("green/" + name)) continue;
    if (!original_of(name).declares.empty()) found.insert(name);
  }
  return found;
}

// Words in lines of a comment, the first of which begins with the label.
string in_comment(const string& label, const string& words) {
  string text, line = "// " + label;
  for (const string& word : style::split(words, ' ')) {
    if (line.size() + 1 + word.size() > 80) {
      text += line + "\n";
      line = "//  ";
    }
    line += " " + word;
  }
  return text + line + "\n";
}

// sin, sinf and sinl share a line, and so do is_same and is_same_v.
const std::vector<std::vector<string>> kin = {
    {"f", "l"}, {"_t", "_v"}, {"_v"}, {"_t"}};

// Takes a name and its kin from the names.
std::vector<string> take_line(names& own) {
  const string first = *own.begin();
  std::vector<string> line = {first};
  for (const std::vector<string>& endings : kin) {
    bool all = true;
    for (const string& ending : endings)
      all = all && own.contains(first + ending);
    if (!all) continue;
    for (const string& ending : endings) line.push_back(first + ending);
    break;
  }
  for (const string& one : line) own.erase(one);
  return line;
}

string usings_of(const string& scope, names own) {
  string text;
  while (!own.empty()) {
    string line = "using ";
    for (const string& one : take_line(own))
      line += (line == "using " ? "" : ", ") + scope + one;
    text += line + ";\n";
  }
  return text;
}

// Compilers warn where std::rel_ops is named, since it is deprecated.
string quiet(const string& text) {
  if (text.find("rel_ops") == string::npos) return text;
  return "#pragma GCC diagnostic push\n"
         "#pragma GCC diagnostic ignored \"-Wdeprecated-declarations\"\n" +
         text + "#pragma GCC diagnostic pop\n";
}

string usings_of(const plain_header& h, const names& own) {
  string text = usings_of(h.of_std ? "std::" : "::", own);
  if (!h.some.empty()) {
    text += "\n#ifdef " + h.some_if + "\n" + usings_of("std::", h.some) +
            "#endif\n";
  }
  if (!text.empty() && !h.namespaces.empty()) text += "\n";
  for (const string& one : h.namespaces)
    text += quiet("namespace " + one + " = std::" + one + ";\n");
  if (text.empty()) return "";
  text = "namespace green {\n\n" + text + "\n}  // namespace green\n";
  if (h.only_if.empty()) return "\n" + text;
  return "\n#ifdef " + h.only_if + "\n" + text + "#endif\n";
}

names includes_of(const plain_header& h) {
  names all = h.is;
  all.insert(h.includes.begin(), h.includes.end());
  if (!h.of_std && h.is.empty()) all.merge(mirrored_within(h.name));
  return all;
}

// The names that are its own, and not those of the mirrors it includes.
names own_names(const plain_header& h) {
  if (h.of_std || !h.only.empty()) return h.only;
  if (!h.is.empty()) return {};
  names own = original_of(h.name).declares;
  for (const string& other : includes_of(h)) {
    for (const string& theirs : original_of(other).declares) own.erase(theirs);
  }
  for (const string& macro : original_of(h.name).macros) own.erase(macro);
  own.insert(h.added.begin(), h.added.end());
  const names all = own;
  for (const string& one : all) {
    if (one.ends_with("64") && all.contains(one.substr(0, one.size() - 2)))
      own.erase(one);
  }
  for (const string& one : h.absent) own.erase(one);
  return own;
}

string same_of(const plain_header& h, const names& own) {
  string text;
  for (const string& one : own) text += " " + one;
  for (const string& one : h.namespaces) text += " " + one + "::";
  if (!h.of_std) text += text.empty() ? "all macros" : " and all macros";
  if (!h.is.empty()) {
    string those;
    for (const string& one : h.is)
      those += (those.empty() ? "" : " and ") + ("\"green/" + one + "\"");
    text = "all is that of " + those + (own.empty() ? "" : ", and" + text);
  } else if (text.starts_with(" ")) {
    text = "all else is the original:" + text;
  }
  return in_comment("Same:", text.empty() ? "(nothing)" : text);
}

string text_of(const plain_header& h) {
  const names own = own_names(h);
  names all = own;
  all.insert(h.some.begin(), h.some.end());
  string includes;
  for (const string& other : includes_of(h))
    includes += "#include \"green/" + other + "\"\n";
  const bool has_extension = h.name.find('.') != string::npos;
  return (has_extension ? "" : "// green/" + h.name + " -*- C++ -*-\n") +
         "// SPDX-License-Identifier: MIT\n//\n// Mirrors <" + h.name +
         ">. Made by tests/plain_mirrors_test.cc.\n//\n"
         "// Awaited: (nothing)\n" +
         same_of(h, all) + in_comment("Differs:", h.differs) +
         in_comment("Missing:", h.missing.empty() ? "nothing." : h.missing) +
         "#pragma once\n\n#include <" + h.name + ">  // the original\n" +
         (includes.empty() ? "" : "\n") + includes + usings_of(h, own);
}

// Writes all mirrors into the folder as clang-format does, which sorts names.
void write_all(const fs::path& folder) {
  string paths;
  for (const plain_header& h : plain_headers()) {
    const fs::path path = folder / h.name;
    fs::create_directories(path.parent_path());
    std::ofstream(path) << text_of(h);
    paths += " " + path.string();
  }
  const auto ran = tests::shell("clang-format-19 --style=Google -i" + paths);
  CHECK_MESSAGE(ran.status == 0, ran.text);
}

}  // namespace

TEST_CASE("the mirrors of headers in which nothing waits have all names") {
  if (!tests::installed("clang++-19") || !tests::installed("clang-format-19")) {
    MESSAGE("not run: clang is not installed");
    return;
  }
  const tests::temporary_folder folder;
  write_all(folder.at("made"));
  if (const char* const wanted = std::getenv("GREEN_WRITE_HEADERS"))
    fs::copy(
        folder.at("made"), wanted,
        fs::copy_options::recursive | fs::copy_options::overwrite_existing);
  for (const plain_header& h : plain_headers()) {
    const bool same = style::read("green/" + h.name) ==
                      style::read(folder.at("made/" + h.name));
    CHECK_MESSAGE(same, "green/"
                            << h.name
                            << " is not what the original says: write it anew "
                               "with GREEN_WRITE_HEADERS=green and this test");
  }
}
