// SPDX-License-Identifier: MIT
#include "tests/style/source.h"

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <set>

namespace style {

namespace fs = std::filesystem;
using std::size_t;
using std::string;

string read(const string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::vector<string> split(const string& text, char separator) {
  std::vector<string> parts;
  size_t begin = 0;
  for (size_t end; (end = text.find(separator, begin)) != string::npos;
       begin = end + 1) {
    parts.push_back(text.substr(begin, end - begin));
  }
  if (begin < text.size()) parts.push_back(text.substr(begin));
  return parts;
}

size_t line_at(const string& text, size_t position) {
  auto end = text.begin() + std::ptrdiff_t(position);
  return size_t(std::count(text.begin(), end, '\n')) + 1;
}

bool source::has_extension() const { return fs::path(path).has_extension(); }

namespace {

bool is_word(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) || c == '_';
}

// The end of the comment or literal that begins at `i`, or `i` if none does.
size_t skip_quiet(const string& text, size_t i) {
  auto after = [&](const string& mark, size_t from) {
    size_t end = text.find(mark, from);
    return end == string::npos ? text.size() : end + mark.size();
  };
  if (text.compare(i, 2, "//") == 0) return after("\n", i) - 1;
  if (text.compare(i, 2, "/*") == 0) return after("*/", i + 2);
  bool starts_word = i == 0 || !is_word(text[i - 1]);
  if (starts_word && text.compare(i, 2, "R\"") == 0) {
    size_t open = text.find('(', i);
    if (open == string::npos) return text.size();
    return after(")" + text.substr(i + 2, open - i - 2) + "\"", open);
  }
  // A quote after a word is a digit separator: 10'000.
  if (text[i] != '"' && (text[i] != '\'' || !starts_word)) return i;
  for (size_t end = i + 1; end < text.size(); ++end) {
    if (text[end] == '\\') {
      ++end;
    } else if (text[end] == text[i] || text[end] == '\n') {
      return end + 1;
    }
  }
  return text.size();
}

string blank_quiet(const string& text) {
  string code = text;
  for (size_t i = 0; i < text.size();) {
    size_t end = skip_quiet(text, i);
    for (size_t j = i; j < end; ++j) {
      if (code[j] != '\n') code[j] = ' ';
    }
    i = end == i ? i + 1 : end;
  }
  return code;
}

std::vector<source> load_sources() {
  std::vector<source> files;
  for (string folder :
       {"core", "hub", "green", "examples", "benchmarks", "tests", "tools"}) {
    if (!fs::exists(folder)) continue;
    for (auto& entry : fs::recursive_directory_iterator(folder)) {
      string path = entry.path().string();
      string extension = entry.path().extension().string();
      bool wanted = extension == ".h" || extension == ".cc" ||
                    (extension.empty() && folder == "green" &&
                     entry.path().filename() != "BUILD");
      if (entry.is_directory() || !wanted) continue;
      if (path.starts_with("green/core/") || path.starts_with("green/hub/"))
        continue;  // the same files again
      if (path.starts_with("tests/greenify/golden/"))
        continue;  // programs of strangers, and what greenify makes of them
      string text = read(path);
      files.push_back(
          {path, folder, text, split(text, '\n'), blank_quiet(text)});
    }
  }
  return files;
}

}  // namespace

const std::vector<source>& sources() {
  static const std::vector<source> files = load_sources();
  return files;
}

std::vector<string> opening_comment(const source& file) {
  std::vector<string> text;
  for (const string& line : file.lines) {
    if (!line.starts_with("//")) break;
    if (line.ends_with("-*- C++ -*-") || line.starts_with("// SPDX")) continue;
    text.push_back(line.substr(std::min<size_t>(3, line.size())));
  }
  return text;
}

std::vector<program> programs_in(const source& file) {
  std::vector<program> found;
  const size_t first = file.has_extension() ? 2 : 3;
  const std::vector<string> comment = opening_comment(file);
  bool inside = false, after_gap = false;
  for (size_t i = 0; i < comment.size(); ++i) {
    const string& line = comment[i];
    const bool indented = line.starts_with("  ") && line[2] != '|';
    if (indented && after_gap && !inside) found.push_back({first + i, ""});
    inside = (indented && (inside || after_gap)) || (inside && line.empty());
    if (inside) found.back().text += line + "\n";
    after_gap = line.empty();
  }
  return found;
}

static bool in_name(char c) { return std::isalnum(c) != 0 || c == '_'; }

string name_at(const string& code, std::size_t begin) {
  std::size_t end = begin;
  while (end < code.size() && in_name(code[end])) ++end;
  return code.substr(begin, end - begin);
}

std::vector<std::size_t> global_names(const string& code) {
  std::vector<size_t> places;
  for (std::size_t i = 1; (i = code.find("::", i)) != string::npos; i += 2) {
    const string before = i < 7 ? "" : code.substr(i - 7, 7);
    if (in_name(code[i - 1]) || code[i - 1] == '>' || before == "struct ")
      continue;
    places.push_back(i + 2);
  }
  return places;
}

namespace {

// A header that a file includes, as the original is called: a mirror brings it.
void add_included(const source& file, std::set<string>& names) {
  static const std::regex include(R"re(^#include [<"](green/)?([^>"]+)[>"])re");
  static const std::regex of_c(R"(c([a-z]+))");
  std::smatch match;
  for (const string& line : file.lines) {
    if (!std::regex_search(line, match, include)) continue;
    string name = match[2].str();
    names.insert(name);
    if (std::regex_match(name, of_c)) names.insert(name.substr(1) + ".h");
  }
}

}  // namespace

std::set<string> included(const source& file) {
  std::set<string> names;
  add_included(file, names);
  const string stem = fs::path(file.path).replace_extension().string();
  for (const source& other : sources()) {
    if (!file.is_cc() || !other.is_header()) continue;
    if (other.path == stem || other.path == stem + ".h")
      add_included(other, names);
  }
  return names;
}

}  // namespace style
