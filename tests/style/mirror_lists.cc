// SPDX-License-Identifier: MIT
#include "tests/style/mirror_lists.h"

#include <algorithm>
#include <cctype>
#include <map>
#include <regex>
#include <set>

namespace style {

using std::string;

bool says_mirror(const source& header) {
  const auto comment = opening_comment(header);
  return std::ranges::any_of(comment, [](const string& line) {
    return line.starts_with("Mirrors <");
  });
}

bool is_for_users(const source& header) {
  if (header.folder != "green" || header.is_cc()) return false;
  const bool flat = std::ranges::count(header.path, '/') == 1;
  return flat || says_mirror(header);
}

bool is_plain_mirror(const source& header) {
  return header.text.find("Made by tests/plain_mirrors_test.cc") !=
         string::npos;
}

string list_of(const std::vector<string>& comment, const string& label) {
  string text;
  bool inside = false;
  for (const string& line : comment) {
    const bool starts = line.starts_with(label);
    if (starts) {
      inside = true;
      text = line.substr(label.size());
    } else if (inside && line.starts_with("  ")) {
      text += " " + line.substr(2);
    } else {
      inside = false;
    }
  }
  return text;
}

namespace {

// The words of a list that are names, as in "mutex::lock, call_once".
std::vector<string> names_in(const string& list) {
  static const std::regex name(R"([A-Za-z_][\w:]*(\(\))?)");
  std::vector<string> found;
  for (string word : split(list, ' ')) {
    while (!word.empty() && string(",.;:").find(word.back()) != string::npos)
      word.pop_back();
    if (std::regex_match(word, name)) found.push_back(word);
  }
  return found;
}

// The names of a header that may hold a thread. Other words of its list are
// prose.
const std::set<string>& blocking_names_of(const string& header) {
  static const std::map<string, std::set<string>> names = [] {
    std::map<string, std::set<string>> all;
    for (const string& line :
         split(read("tests/docs/blocking_names.txt"), '\n')) {
      const std::size_t colon = line.find(':');
      if (line.starts_with("#") || colon == string::npos) continue;
      for (const string& name : names_in(line.substr(colon + 1)))
        all["green/" + line.substr(0, colon)].insert(name);
    }
    return all;
  }();
  static const std::set<string> none;
  const auto at = names.find(header);
  return at == names.end() ? none : at->second;
}

// The names that a header takes over as they are.
std::vector<string> names_taken(const source& header) {
  static const std::regex taken(R"(\nusing (?:std)?::([\w:]+);)");
  std::vector<string> names;
  for (std::sregex_iterator at(header.code.begin(), header.code.end(), taken),
       none;
       at != none; ++at)
    names.push_back((*at)[1]);
  return names;
}

// The first to speak of a name in a header is right.
void add_names(const source& header, std::map<string, string>& into) {
  const auto comment = opening_comment(header);
  const string awaited = list_of(comment, "Awaited:");
  if (awaited != " none") {
    for (const string& name : names_in(awaited)) into.emplace(name, "awaited");
  }
  for (const string& name : names_in(list_of(comment, "Own:")))
    into.emplace(name, "green's own");
  if (!is_plain_mirror(header)) {
    for (const string& name : names_taken(header))
      into.emplace(name, "the original");
  }
  for (const string& name : names_in(list_of(comment, "Missing:"))) {
    if (blocking_names_of(header.path).contains(name))
      into.emplace(name, "missing");
  }
}

// Small letters, without the underscores that lead.
string key_of(const string& name) {
  string key;
  for (const char c : name) {
    if (!key.empty() || c != '_')
      key += char(std::tolower(static_cast<unsigned char>(c)));
  }
  return key;
}

}  // namespace

std::vector<mirrored_name> mirrored_names() {
  std::vector<mirrored_name> all;
  for (const source& file : sources()) {
    if (!is_for_users(file) || !says_mirror(file)) continue;
    std::map<string, string> names;
    add_names(file, names);
    for (const auto& [name, how] : names) all.push_back({name, file.path, how});
  }
  std::ranges::sort(all, {}, [](const mirrored_name& n) {
    return key_of(n.name) + ' ' + n.name + ' ' + n.header;
  });
  return all;
}

}  // namespace style
