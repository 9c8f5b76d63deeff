// SPDX-License-Identifier: MIT
// The documents are a site without dead ends: each link leads to a file, and to
// a heading in it. docs/reference.md names each public header. With
// GREEN_WRITE_DOCS=docs/reference.md this test writes that document.
#include <doctest/doctest.h>

#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "tests/style/markdown.h"
#include "tests/style/mirror_lists.h"
#include "tests/style/source.h"

namespace {

namespace fs = std::filesystem;
using std::size_t;
using std::string;

// ---- Links ----

const std::set<string>& anchors_at(const string& path) {
  static std::map<string, std::set<string>> known;
  const auto [at, fresh] = known.try_emplace(path);
  if (fresh) at->second = style::anchors_of(style::document_at(path));
  return at->second;
}

// What is wrong with a link, or nothing.
string fault_of(const style::document& d, const style::link_target& link) {
  const fs::path folder = fs::path(d.path).parent_path();
  const string path = link.path.empty()
                          ? d.path
                          : (folder / link.path).lexically_normal().string();
  if (!fs::exists(path)) return "there is no " + path;
  if (link.anchor.empty()) return "";
  if (!path.ends_with(".md")) return path + " has no headings";
  return anchors_at(path).contains(link.anchor)
             ? ""
             : path + " has no heading #" + link.anchor;
}

// ---- docs/reference.md ----

// The first sentence of an opening.
string subject_of(const style::source& header) {
  string words;
  for (const string& line : style::opening_comment(header)) {
    if (line.empty() && !words.empty()) break;
    words += (words.empty() ? "" : " ") + line;
  }
  words = words.substr(0, std::min(words.find(". "), words.size() - 1));
  return words + ".";
}

string link_to(const style::source& header) {
  return "[`" + header.path + "`](../" + header.path + ")";
}

// The first names that a mirror's header awaits.
string awaited_of(const style::source& header) {
  constexpr size_t shown = 5;
  string text;
  size_t names = 0;
  for (const style::mirrored_name& n : style::mirrored_names()) {
    if (n.header != header.path || n.how != "awaited") continue;
    if (names++ < shown) text += (names > 1 ? " `" : "`") + n.name + "`";
  }
  if (names > shown) text += " and " + std::to_string(names - shown) + " more";
  return text.empty() ? "nothing" : text;
}

string table(const char* title, std::vector<string> rows) {
  std::ranges::sort(rows);
  string text = string("| header | ") + title + " |\n|---|---|\n";
  for (const string& row : rows) text += row;
  return text;
}

string expected() {
  std::vector<string> own, mirrors, plain;
  for (const style::source& file : style::sources()) {
    if (!style::is_for_users(file)) continue;
    const string begin = "| " + link_to(file) + " | ";
    if (!style::says_mirror(file)) {
      own.push_back(begin + subject_of(file) + " |\n");
    } else if (!style::is_plain_mirror(file)) {
      mirrors.push_back(begin + awaited_of(file) + " |\n");
    } else {
      plain.push_back(link_to(file) + "\n");
    }
  }
  std::ranges::sort(plain);
  string text =
      "# The reference\n\n"
      "This document names all public headers, and is made from them. `./run "
      "site`\n"
      "makes a page of each, with its functions, and a link leads to that "
      "page. "
      "Without\nthe site a link leads to the header itself.\n\n"
      "## Headers of green's own\n\n" +
      table("subject", own) +
      "\n## Mirrors in which something waits\n\n"
      "[mirrors.md](mirrors.md) says how each differs from its original. "
      "Its\n[index](mirrors.md#index-of-names) finds a name.\n\n" +
      table("awaited", mirrors) + "\n## Mirrors in which nothing waits\n\n";
  for (const string& link : plain) text += link;
  return text;
}

}  // namespace

TEST_CASE("each link leads to a file, and to a heading in it") {
  size_t links = 0, anchors = 0;
  for (const style::document& d : style::documents()) {
    for (const style::link_target& link : style::links_of(d)) {
      ++links;
      anchors += link.anchor.empty() ? 0 : 1;
      const string fault = fault_of(d, link);
      CHECK_MESSAGE(fault.empty(), d.path << ":" << link.line << ": " << fault);
    }
  }
  CHECK(links > 300);
  CHECK(anchors > 100);
}

TEST_CASE("a link to nothing is found") {
  const style::document& d = style::document_at("docs/contract.md");
  CHECK(fault_of(d, {1, "mirrors.md", "index-of-names"}) == "");
  CHECK(fault_of(d, {1, "mirror.md", ""}) == "there is no docs/mirror.md");
  CHECK(fault_of(d, {1, "", "calls"}) == "");
  CHECK(fault_of(d, {1, "", "call"}) ==
        "docs/contract.md has no heading #call");
}

TEST_CASE("headings have the anchors that GitHub gives them") {
  CHECK(style::anchor_of("Two words") == "two-words");
  CHECK(style::anchor_of("A file, a descriptor, or `read_all()`") ==
        "a-file-a-descriptor-or-read_all");
  CHECK(style::anchor_of("See [mirrors](mirrors.md)") == "see-mirrors");
  const style::document twice{"x.md", "# A\n```\n# B\n```\n## A\n", {}, {}, {}};
  CHECK(style::anchors_of(twice) == std::set<string>{"a", "a-1"});
}

TEST_CASE("docs/reference.md names each public header") {
  const string wanted = expected();
  CHECK(wanted.find("](../green/event.h) | ") != string::npos);
  CHECK(wanted.find("](../green/vector)\n") != string::npos);
  style::write_if_asked("docs/reference.md", wanted);
  const bool same = style::read("docs/reference.md") == wanted;
  CHECK_MESSAGE(same,
                "docs/reference.md does not name the public headers: write it "
                "anew with GREEN_WRITE_DOCS=docs/reference.md and this test");
}
