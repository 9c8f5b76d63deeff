// SPDX-License-Identifier: MIT
#include "tests/style/markdown.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
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

namespace {

// The lines that are not between fences.
std::vector<numbered_line> lines_of_text(const document& d) {
  std::vector<numbered_line> found;
  bool in_code = false;
  size_t number = 0;
  for (const string& line : split(d.text, '\n')) {
    ++number;
    const bool fence = line.starts_with("```");
    if (fence) in_code = !in_code;
    if (!fence && !in_code) found.push_back({number, line});
  }
  return found;
}

}  // namespace

string anchor_of(const string& heading) {
  static const std::regex link(R"(\[([^\]]*)\]\([^)]*\))");
  string anchor;
  for (const char c : std::regex_replace(heading, link, "$1")) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == ' ') anchor += '-';
    if (std::isalnum(byte) != 0 || c == '-' || c == '_' || byte >= 0x80)
      anchor += char(std::tolower(byte));
  }
  return anchor;
}

std::set<string> anchors_of(const document& d) {
  static const std::regex heading("^#{1,6} +(.*?) *$");
  std::set<string> anchors;
  std::map<string, size_t> seen;
  std::smatch match;
  for (const numbered_line& line : lines_of_text(d)) {
    if (!std::regex_search(line.text, match, heading)) continue;
    const string anchor = anchor_of(match[1]);
    const size_t before = seen[anchor]++;
    anchors.insert(anchor + (before == 0 ? "" : "-" + std::to_string(before)));
  }
  return anchors;
}

std::vector<link_target> links_of(const document& d) {
  static const std::regex code("`[^`]*`");
  static const std::regex link(
      R"re(\]\(([^)\s]+)\)|^\[[^\]]+\]: (\S+)|(?:href|src)="([^"]+)")re");
  std::vector<link_target> found;
  for (const numbered_line& line : lines_of_text(d)) {
    const string text = std::regex_replace(line.text, code, "CODE");
    for (std::sregex_iterator at(text.begin(), text.end(), link), none;
         at != none; ++at) {
      const string target = (*at)[1].str() + (*at)[2].str() + (*at)[3].str();
      if (target.find(':') != string::npos) continue;
      const size_t mark = std::min(target.find('#'), target.size());
      const string anchor = target.substr(std::min(mark + 1, target.size()));
      found.push_back({line.number, target.substr(0, mark), anchor});
    }
  }
  return found;
}

void write_if_asked(const string& path, const string& text) {
  const char* asked = std::getenv("GREEN_WRITE_DOCS");
  if (asked == nullptr ||
      !string(asked).ends_with(fs::path(path).filename().string()))
    return;
  std::ofstream(asked) << text;
}

}  // namespace style
