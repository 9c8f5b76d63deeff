// SPDX-License-Identifier: MIT
// docs/mirrors.md is made from the five lists that open each mirror header, and
// from tests/docs/cancellation_points.txt.
// With GREEN_WRITE_DOCS=FILE this test writes what it should be to FILE.
#include <doctest/doctest.h>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <map>
#include <regex>
#include <set>
#include <string>
#include <vector>

#include "tests/style/cancellation_points.h"
#include "tests/style/markdown.h"
#include "tests/style/mirror_lists.h"
#include "tests/style/source.h"

namespace {

using std::string;

constexpr const char* labels[] = {
    "Awaited:", "Own:", "Same:", "Differs:", "Missing:"};

// The words in lines of at most 80 columns, the first of which begins an item.
string in_lines(const string& words) {
  string text;
  string line = "-";
  for (const string& word : style::split(words, ' ')) {
    if (line.size() + 1 + word.size() > 80) {
      text += line + "\n";
      line = " ";
    }
    line += " " + word;
  }
  return text + line + "\n";
}

// Words of code would be taken for HTML or emphasis.
string safe(const string& text) {
  string words;
  for (const char c : text) {
    if (c == '<') words += "&lt;";
    if (c != '<') words += c;
  }
  return words;
}

// "Awaited: a b" as a list item. A mirror without names of green's own has no
// list of them.
string item(const std::vector<string>& comment, const string& label) {
  const string list = safe(style::list_of(comment, label));
  return list.empty() ? "" : in_lines("**" + label + "**" + list);
}

string section(const style::source& header) {
  const auto comment = style::opening_comment(header);
  const auto mirrors = std::ranges::find_if(comment, [](const string& line) {
    return line.starts_with("Mirrors <");
  });
  if (mirrors == comment.end()) return "";
  const size_t name = string("Mirrors ").size();
  const string original =
      mirrors->substr(name, mirrors->find('>', name) + 1 - name);
  string text = "\n## `" + original + "` as `\"" + header.path + "\"`\n\n";
  for (const char* label : labels) text += item(comment, label);
  return text;
}

string points_of_cancellation() {
  return "\n## POSIX's cancellation points\n\n"
         "POSIX lists the functions in which a thread may be cancelled. In "
         "green\n"
         "each of them is awaited, or is absent, or does not wait.\n\n"
         "POSIX demands these:\n" +
         safe(style::cancellation_table(true)) + "\nPOSIX allows these:\n" +
         safe(style::cancellation_table(false));
}

// A mirror in which nothing waits is a row of a table. Its names are in the
// header, and there are many.
string plain_row(const style::source& header) {
  const auto comment = style::opening_comment(header);
  return "| `\"" + header.path + "\"` |" +
         safe(style::list_of(comment, "Differs:")) + " |" +
         safe(style::list_of(comment, "Missing:")) + " |\n";
}

// The headers of which nothing is to be said, and a table of the others.
string plain_section() {
  std::vector<string> rows, paths;
  for (const style::source& file : style::sources()) {
    if (file.folder != "green" || file.is_cc() || !style::is_plain_mirror(file))
      continue;
    const string row = plain_row(file);
    if (row.ends_with("| nothing. | nothing. |\n")) {
      paths.push_back("`" + file.path.substr(string("green/").size()) + "`");
    } else {
      rows.push_back(row);
    }
  }
  std::ranges::sort(rows);
  std::ranges::sort(paths);
  string text =
      "\n## The headers in which nothing waits\n\n"
      "Each of these headers is the original, with its names in green. The "
      "names are in\nthe header's list *Same*. No name differs or is missing "
      "in:\n\n";
  string all = "**\"green/...\"**";
  for (const string& path : paths) all += " " + path;
  text += in_lines(all) +
          "\nIn these there is more to know:\n\n"
          "| header | differs | missing |\n"
          "|---|---|---|\n";
  for (const string& row : rows) text += row;
  return text;
}

// ---- The index by name ----

char letter_of(const string& name) {
  const auto at = std::ranges::find_if(name, [](char c) { return c != '_'; });
  return char(std::tolower(static_cast<unsigned char>(*at)));
}

// The header's section of this document.
string anchor_of(const string& header) {
  const auto at =
      std::ranges::find(style::sources(), header, &style::source::path);
  if (style::is_plain_mirror(*at)) return "#the-headers-in-which-nothing-waits";
  const string name = header.substr(string("green/").size());
  return "#" + style::anchor_of("`<" + name + ">` as `\"" + header + "\"`");
}

string index_of_names() {
  std::map<char, string> rows;
  std::set<string> headers;
  for (const style::mirrored_name& n : style::mirrored_names()) {
    headers.insert(n.header);
    const string header = n.header.substr(string("green/").size());
    rows[letter_of(n.name)] +=
        "| `" + n.name + "` | [" + header + "] | " + n.how + " |\n";
  }
  string letters = "**Letters:**", tables, links = "\n";
  for (const auto& [letter, table] : rows) {
    const string s(1, letter);
    letters += " [" + s + "](#" + s + ")";
    tables += "\n### " + s +
              "\n\n| name | header | in green |\n|---|---|---|\n" + table;
  }
  for (const string& path : headers) {
    links += "[" + path.substr(string("green/").size()) +
             "]: " + anchor_of(path) + "\n";
  }
  return "\n## Index of names\n\n"
         "The index has the names of all mirrors in which something waits. It "
         "also has\neach name that is missing because it may wait. Any other "
         "name stands in its\nheader's list *Same*.\n\n" +
         in_lines(letters) + tables + links;
}

string expected() {
  std::vector<string> sections;
  for (const style::source& file : style::sources()) {
    if (file.folder != "green" || file.is_cc() || style::is_plain_mirror(file))
      continue;
    sections.push_back(section(file));
  }
  std::ranges::sort(sections);
  string text =
      "# The mirrors, header by header\n\n"
      "This document is made from the lists that open each header. "
      "The\n[index](#index-of-names) has each name, with its header.\n";
  for (const string& s : sections) text += s;
  return text + plain_section() + points_of_cancellation() + index_of_names();
}

}  // namespace

TEST_CASE("each cancellation point of POSIX is told of, with a reason") {
  std::size_t demanded = 0;
  for (const style::cancellation_point& point : style::cancellation_points()) {
    const bool awaited = point.said == style::presence::awaited;
    CAPTURE(point.name);
    CAPTURE(point.header);
    CHECK(point.said != style::presence::untold);
    CHECK(point.why.empty() == awaited);
    demanded += point.demanded ? 1 : 0;
  }
  CHECK(demanded == 57);
  CHECK(style::cancellation_points().size() == 280);
}

TEST_CASE("docs/mirrors.md says what the headers say") {
  const string wanted = expected();
  CHECK(wanted.find("**Awaited:**") != string::npos);
  CHECK(wanted.find(" `string.h`") != string::npos);
  CHECK(wanted.find("\n| `recvmmsg` | [sys/socket.h] | awaited |\n") !=
        string::npos);
  CHECK(wanted.find("\n| `aio_suspend` | [aio.h] | missing |\n") !=
        string::npos);
  style::write_if_asked("docs/mirrors.md", wanted);
  const std::regex heading(
      R"(## (`<[\w./]+>` as `"green/[\w./]+"`|POSIX's cancellation points))");
  for (const string& line : style::split(wanted, '\n')) {
    if (!line.starts_with("## `")) continue;
    CHECK_MESSAGE(std::regex_match(line, heading), line);
  }
  const bool same = style::read("docs/mirrors.md") == wanted;
  CHECK_MESSAGE(same,
                "docs/mirrors.md is not what the headers say: write it anew "
                "with GREEN_WRITE_DOCS=docs/mirrors.md and this test");
}
