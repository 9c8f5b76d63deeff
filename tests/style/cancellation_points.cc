// SPDX-License-Identifier: MIT
#include "tests/style/cancellation_points.h"

#include <algorithm>
#include <array>
#include <map>
#include <regex>

#include "tests/style/source.h"

namespace style {

namespace {

using std::string;

constexpr std::array labels{"Awaited:", "Same:", "Differs:", "Missing:"};

// A header's opening comment, by its labels, each as one line.
std::map<string, string> lists_of(const string& path) {
  std::map<string, string> lists;
  const auto header = std::ranges::find(sources(), path, &source::path);
  if (header == sources().end()) return lists;
  string label;
  for (const string& line : opening_comment(*header)) {
    const auto begun = std::ranges::find_if(
        labels, [&line](const char* each) { return line.starts_with(each); });
    const bool begins = begun != labels.end();
    if (begins) label = *begun;
    lists[label] += line.substr(begins ? label.size() + 1 : 0) + " ";
  }
  return lists;
}

bool names(const string& text, const string& name) {
  return std::regex_search(text, std::regex("\\b" + name + "\\b"));
}

// The sentence with this name, without its full stop.
string sentence_with(const string& text, const string& name) {
  const string words = std::regex_replace(text, std::regex(R"(\s+)"), " ");
  for (std::size_t at = 0; at < words.size();) {
    const std::size_t end = std::min(words.find(". ", at), words.size());
    const string sentence = words.substr(at, end - at);
    if (names(sentence, name)) return sentence;
    at = end + 2;
  }
  return "";
}

struct file_of_points {
  std::vector<cancellation_point> points;
  std::map<string, string> headers;  // the reasons why they are no mirrors
  std::map<string, string> plain;    // the reasons why they are not awaited
};

void read_line(const string& section, const string& line,
               file_of_points& into) {
  const std::size_t colon = line.find(": ");
  const string before = line.substr(0, colon);
  const string behind = line.substr(colon + 2);
  if (section == "[no mirror]") into.headers["green/" + before] = behind;
  if (section == "[plain]") {
    for (const string& name : split(before, ' ')) into.plain[name] = behind;
  }
  if (section != "[demanded]" && section != "[allowed]") return;
  for (const string& name : split(behind, ' ')) {
    into.points.push_back({name, "green/" + before, section == "[demanded]",
                           true, presence::untold, ""});
  }
}

file_of_points read_points() {
  file_of_points all;
  string section;
  for (const string& line :
       split(read("tests/docs/cancellation_points.txt"), '\n')) {
    if (line.empty() || line.starts_with("#")) continue;
    if (line.starts_with("[")) section = line;
    if (!line.starts_with("[")) read_line(section, line, all);
  }
  return all;
}

void find(cancellation_point& point, const file_of_points& all) {
  if (all.headers.contains(point.header)) {
    point.header_is_there = false;
    point.said = presence::absent;
    point.why = all.headers.at(point.header);
    return;
  }
  static std::map<string, std::map<string, string>> known;
  auto [at, fresh] = known.try_emplace(point.header);
  if (fresh) at->second = lists_of(point.header);
  std::map<string, string>& lists = at->second;
  if (names(lists["Awaited:"], point.name)) {
    point.said = presence::awaited;
  } else if (names(lists["Same:"], point.name)) {
    point.said = presence::plain;
    point.why = sentence_with(lists["Differs:"], point.name);
    if (point.why.empty() && all.plain.contains(point.name))
      point.why = all.plain.at(point.name);
  } else if (names(lists["Missing:"], point.name)) {
    point.said = presence::absent;
    point.why = sentence_with(lists["Missing:"], point.name);
  }
}

string word(presence said) {
  if (said == presence::awaited) return "awaited";
  if (said == presence::absent) return "absent";
  return said == presence::plain ? "does not wait" : "untold";
}

}  // namespace

const std::vector<cancellation_point>& cancellation_points() {
  static const std::vector<cancellation_point> points = [] {
    file_of_points all = read_points();
    for (cancellation_point& point : all.points) find(point, all);
    return all.points;
  }();
  return points;
}

string cancellation_table(bool demanded) {
  struct row {
    string header, names, words;
  };
  std::vector<row> rows;
  for (const cancellation_point& point : cancellation_points()) {
    if (point.demanded != demanded) continue;
    const string words = word(point.said) + " | " + point.why;
    const string header = point.header_is_there ? '"' + point.header + '"'
                                                : point.header.substr(6);
    const auto same = std::ranges::find_if(rows, [&](const row& each) {
      return each.header == header && each.words == words;
    });
    if (same == rows.end()) {
      rows.push_back({header, point.name, words});
    } else {
      same->names += " " + point.name;
    }
  }
  string text =
      "\n| header | functions | in green | why |\n|---|---|---|---|\n";
  for (const row& each : rows) {
    text +=
        "| `" + each.header + "` | " + each.names + " | " + each.words + " |\n";
  }
  return text;
}

}  // namespace style
