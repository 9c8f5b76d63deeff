// SPDX-License-Identifier: MIT
#include "tests/style/markdown.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <iterator>
#include <regex>
#include <sstream>

#include "tests/style/source.h"

namespace style {

namespace {

namespace fs = std::filesystem;
using std::size_t;
using std::string;

bool is_word(const string& text) {
  return std::ranges::any_of(
      text, [](unsigned char c) { return std::isalnum(c) != 0 || c >= 0x80; });
}

size_t count_words(const string& text) {
  std::istringstream in(text);
  return static_cast<size_t>(
      std::count_if(std::istream_iterator<string>(in), {}, is_word));
}

// The text as it is read: a piece of code is a word, a link its own text.
string as_read(const string& text) {
  static const std::regex code("`[^`]*`");
  static const std::regex link(R"(!?\[([^\]]*)\]\([^)]*\))");
  return std::regex_replace(std::regex_replace(text, code, "CODE"), link, "$1");
}

void add_sentences(const numbered_line& paragraph, document& into) {
  static const std::regex end(R"([.!?]["*)]*(\s+|$))");
  const string text = as_read(paragraph.text);
  for (std::sregex_token_iterator at(text.begin(), text.end(), end, -1), none;
       at != none; ++at) {
    if (const size_t words = count_words(at->str()))
      into.sentences.push_back({paragraph.number, at->str(), words});
  }
}

// Goes through a document line by line.
class reader {
 public:
  explicit reader(document& into) : into_(into) {}

  void take(const numbered_line& line) {
    const string& text = line.text;
    const bool fence = text.starts_with("```");
    if (in_code_ && !fence) {
      into_.code.back().text += text + "\n";
      return;
    }
    if (fence) {
      if (!in_code_) into_.code.push_back({line.number, text.substr(3), ""});
      in_code_ = !in_code_;
    }
    if (text.starts_with("<table>")) in_table_ = true;
    const bool prose = !fence && !in_table_ && !text.empty() &&
                       text[0] != '|' && text[0] != '#' &&
                       (!text.starts_with("    ") || !paragraph_.text.empty());
    if (text.starts_with("</table>")) in_table_ = false;
    if (!prose) return end_paragraph();
    into_.prose.push_back(line);
    static const std::regex item(R"(^\s*([-*]|\d+\.)\s+)");
    const string words = std::regex_replace(text, item, "");
    if (words.size() != text.size()) end_paragraph();
    if (paragraph_.text.empty()) paragraph_.number = line.number;
    paragraph_.text += words + " ";
  }

  void end_paragraph() {
    add_sentences(paragraph_, into_);
    paragraph_ = {};
  }

 private:
  document& into_;
  numbered_line paragraph_{};
  bool in_code_ = false;
  bool in_table_ = false;
};

document load(const string& path) {
  document loaded{path, read(path), {}, {}, {}};
  reader r(loaded);
  size_t number = 0;
  for (const string& line : split(loaded.text, '\n')) r.take({++number, line});
  r.end_paragraph();
  return loaded;
}

std::vector<document> load_documents() {
  std::vector<document> found;
  for (const char* folder : {".", "docs", "docs/guide", "tests"}) {
    for (const auto& entry : fs::directory_iterator(folder)) {
      if (entry.path().extension() != ".md") continue;
      found.push_back(load(entry.path().lexically_normal().string()));
    }
  }
  return found;
}

}  // namespace

const std::vector<document>& documents() {
  static const std::vector<document> all = load_documents();
  return all;
}

const document& document_at(const string& path) {
  const auto& all = documents();
  const auto found = std::ranges::find(all, path, &document::path);
  REQUIRE_MESSAGE(found != all.end(), "there is no document " << path);
  return *found;
}

}  // namespace style
