// SPDX-License-Identifier: MIT
#include "tests/style/source.h"

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <iterator>

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
       {"core", "hub", "green", "examples", "benchmarks", "tests"}) {
    if (!fs::exists(folder)) continue;
    for (auto& entry : fs::recursive_directory_iterator(folder)) {
      string path = entry.path().string();
      string extension = entry.path().extension().string();
      bool wanted = extension == ".h" || extension == ".cc" ||
                    (extension.empty() && folder == "green" &&
                     entry.path().filename() != "BUILD");
      if (entry.is_directory() || !wanted) continue;
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

}  // namespace style
