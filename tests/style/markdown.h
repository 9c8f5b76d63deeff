// SPDX-License-Identifier: MIT
//
// The project's documents, taken apart for the tests that read them.
#pragma once

#include <cstddef>
#include <set>
#include <string>
#include <vector>

namespace style {

/// A line of a document, numbered from 1.
struct numbered_line {
  std::size_t number;
  std::string text;
};

struct sentence {
  std::size_t line;  // where its paragraph begins
  std::string text;
  std::size_t words;  // a piece of code counts as one
};

/// What stands between two fences.
struct code_block {
  std::size_t line;  // of the first fence
  std::string info;  // what the first fence says: "cpp"
  std::string text;
};

struct document {
  std::string path;  // "docs/design.md"
  std::string text;
  std::vector<numbered_line> prose;  // neither code, tables nor headings
  std::vector<sentence> sentences;
  std::vector<code_block> code;
};

/// All documents of the project, which is the working directory.
const std::vector<document>& documents();
/// The one at this path; it fails the test when there is none.
const document& document_at(const std::string& path);

/// The anchor that GitHub gives a heading: "Two words" has "two-words".
std::string anchor_of(const std::string& heading);
/// The anchors of all headings. A second one of the same words ends in "-1".
std::set<std::string> anchors_of(const document& d);

/// Where a document points to: "guide/hubs.md", "#two-words", or both.
struct link_target {
  std::size_t line;
  std::string path;    // empty: the document itself
  std::string anchor;  // without #
};
/// All of its links and pictures but those to other hosts.
std::vector<link_target> links_of(const document& d);

/// Writes a document that is made by a test, if GREEN_WRITE_DOCS is its path.
void write_if_asked(const std::string& path, const std::string& text);

}  // namespace style
