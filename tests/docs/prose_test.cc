// SPDX-License-Identifier: MIT
// The documents' prose can be read: lines of a window's width, sentences of one
// breath, and an ARCHITECTURE.md of a few screens.
#include <doctest/doctest.h>

#include <algorithm>
#include <cstddef>
#include <string>

#include "tests/style/markdown.h"
#include "tests/style/source.h"

namespace {

using std::size_t;
using std::string;

constexpr size_t max_columns = 80;
constexpr size_t max_words = 25;
constexpr size_t max_architecture_lines = 150;

// These are made of the headers' comments.
bool is_generated(const style::document& d) {
  return d.path == "docs/mirrors.md" || d.path == "docs/reference.md";
}

// UTF-8: a character is one byte that does not continue another.
size_t columns(const string& text) {
  return static_cast<size_t>(std::ranges::count_if(
      text, [](unsigned char c) { return (c & 0xc0) != 0x80; }));
}

// A link's address cannot be broken.
bool is_link(const string& text) { return text.find("](") != string::npos; }

}  // namespace

TEST_CASE("the documents are here") { REQUIRE(style::documents().size() > 10); }

TEST_CASE("lines of documents have at most 80 columns") {
  for (const style::document& d : style::documents()) {
    for (const style::numbered_line& line : d.prose) {
      const bool fits = columns(line.text) <= max_columns;
      CHECK_MESSAGE((fits || is_link(line.text)),
                    d.path << ":" << line.number << ": break the line at "
                           << max_columns << " columns");
    }
  }
}

TEST_CASE("sentences of documents have at most 25 words") {
  for (const style::document& d : style::documents()) {
    if (is_generated(d)) continue;
    for (const style::sentence& s : d.sentences) {
      CHECK_MESSAGE(s.words <= max_words,
                    d.path << ":" << s.line << ": a sentence of " << s.words
                           << " words: make two of it: " << s.text);
    }
  }
}

TEST_CASE("ARCHITECTURE.md can be read at one sitting") {
  const string& text = style::document_at("ARCHITECTURE.md").text;
  const size_t lines = style::split(text, '\n').size();
  CHECK_MESSAGE(lines <= max_architecture_lines,
                "ARCHITECTURE.md has " << lines
                                       << " lines: move the reasons to "
                                          "docs/design.md, to at most "
                                       << max_architecture_lines);
}
