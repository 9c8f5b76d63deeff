// SPDX-License-Identifier: MIT
#include "tests/mistakes/table.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <regex>
#include <utility>

#include "tests/style/source.h"

namespace tests {

const std::vector<std::string> mistake_sources = {"tests/mistakes/refused.cc",
                                                  "tests/mistakes/told.cc"};

namespace {

using std::size_t;
using std::string;

const string document = "docs/contract.md";
const std::vector<string> titles = {"mistake", "clang", "g++", "a debug build",
                                    "a release build"};

using row = std::vector<string>;

string line_of(const row& cells) {
  string line = "|";
  for (const string& cell : cells) line += " " + cell + " |";
  return line;
}

row cells_of(const string& line) {
  row cells;
  for (string cell : style::split(line, '|')) {
    cell.erase(0, cell.find_first_not_of(' '));
    cell.erase(cell.find_last_not_of(' ') + 1);
    cells.push_back(cell);
  }
  cells.erase(cells.begin());  // what is before the first bar
  cells.resize(titles.size());
  return cells;
}

// The document with its table taken out.
struct contract {
  string before;
  std::vector<row> rows;
  string after;

  static contract read() {
    contract found;
    bool inside = false;
    bool over = false;
    string text = style::read(document);
    if (text.ends_with("\n")) text.pop_back();
    for (const string& line : style::split(text, '\n')) {
      if (line == line_of(titles)) inside = true;
      const bool of_table = inside && line.starts_with("|");
      if (inside && !of_table) over = true;
      if (over) inside = false;
      if (!of_table) (over ? found.after : found.before) += line + "\n";
      if (of_table) found.rows.push_back(cells_of(line));
    }
    if (found.rows.size() > 1)
      found.rows.erase(found.rows.begin(), found.rows.begin() + 2);
    return found;
  }

  const row* find(const string& name) const {
    const auto at =
        std::ranges::find(rows, name, [](const row& r) { return r[0]; });
    return at == rows.end() ? nullptr : &*at;
  }

  void write(const string& path) const {
    std::ofstream out(path);
    out << before << line_of(titles) << "\n" << line_of(row(5, "---")) << "\n";
    for (const row& r : rows) out << line_of(r) << "\n";
    out << after;
  }
};

}  // namespace

std::vector<mistake> mistakes_in(const string& path) {
  static const string mark = "// mistake: ";
  std::vector<mistake> found;
  const auto lines = style::split(style::read(path), '\n');
  for (size_t i = 0; i < lines.size(); ++i) {
    if (const size_t at = lines[i].find(mark); at != string::npos)
      found.push_back({lines[i].substr(at + mark.size()), i + 1, lines.size()});
    if (found.size() > 1 && found.back().begin == i + 1)
      found[found.size() - 2].end = i;
  }
  return found;
}

std::vector<string> mistake_names() {
  std::vector<string> names;
  for (const string& path : mistake_sources) {
    for (const mistake& one : mistakes_in(path)) names.push_back(one.name);
  }
  return names;
}

void check_column(const string& title, const column& cells) {
  const auto at = std::ranges::find(titles, title);
  REQUIRE(at != titles.end());
  const size_t index = static_cast<size_t>(at - titles.begin());
  const contract now = contract::read();
  for (const auto& [name, cell] : cells) {
    CAPTURE(name);
    const row* const found = now.find(name);
    CHECK_MESSAGE((found != nullptr && (*found)[index] == cell),
                  document << " is not what is said (" << cell
                           << "): write it anew with GREEN_WRITE_DOCS="
                           << document << " and this test");
  }
  const char* const path = std::getenv("GREEN_WRITE_DOCS");
  if (path == nullptr) return;
  contract anew = now;
  anew.rows.clear();
  for (const string& name : mistake_names()) {
    const row* const found = now.find(name);
    row r = found == nullptr ? row(titles.size()) : *found;
    r[0] = name;
    if (const auto cell = cells.find(name); cell != cells.end())
      r[index] = cell->second;
    anew.rows.push_back(r);
  }
  anew.write(path);
}

void check_rows() {
  const contract now = contract::read();
  std::vector<string> names;
  for (const row& r : now.rows) {
    names.push_back(r[0]);
    const bool told = std::any_of(r.begin() + 1, r.end(),
                                  [](const string& c) { return !c.empty(); });
    CHECK_MESSAGE(told, document << ": nobody tells of " << r[0]);
  }
  CHECK(names == mistake_names());
}

bool told_by_a_run(const string& name) {
  const contract now = contract::read();
  const row* const found = now.find(name);
  return found != nullptr && (!(*found)[3].empty() || !(*found)[4].empty());
}

string as_cell(const string& said) {
  static const std::pair<std::regex, const char*> same[] = {
      {std::regex("^green: "), ""},
      {std::regex(R"([\w:]*task<[^>]*> [\w:(){} ]*?(\w+)\([^()]*\))"), "$1"},
      {std::regex(", made at .*"), ", made at FILE:LINE"},
      {std::regex(R"([^\s()]*\.(cc|h):\d+(:\d+)?)"), "FILE:LINE"},
      {std::regex("0x[0-9a-f]+"), "N"},
      {std::regex(R"(\b\d+\b)"), "N"},
      {std::regex(R"([|`\n])"), " "},
  };
  string cell = said.substr(0, said.find('\n'));
  for (const auto& [what, with] : same)
    cell = std::regex_replace(cell, what, with);
  return cell.empty() ? cell : "`" + cell + "`";
}

}  // namespace tests
