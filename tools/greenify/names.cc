// SPDX-License-Identifier: MIT
#include "tools/greenify/names.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <fstream>
#include <iterator>
#include <regex>
#include <stdexcept>
#include <utility>

namespace greenify {

namespace fs = std::filesystem;
using std::string;

namespace {

// ---- The opening comment ----

constexpr std::array<const char*, 5> labels = {"Awaited", "Own", "Same",
                                               "Differs", "Missing"};

// The words behind "// LABEL:", in one line. They end at another label, and
// where the comment ends.
string list_of(const string& text, const string& wanted) {
  string words;
  bool inside = false;
  std::size_t begin = 0;
  while (text.compare(begin, 2, "//") == 0) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    string line = text.substr(begin + 2, end - begin - 2);
    for (const char* label : labels) {
      const string start = string(" ") + label + ":";
      if (!line.starts_with(start)) continue;
      inside = label == wanted;
      line.erase(0, start.size());
    }
    if (inside) words += line + " ";
    begin = std::min(end + 1, text.size());
  }
  return words;
}

bool is_mirror(const string& text) {
  static const std::regex mirrors(R"(^(//[^\n]*\n)*// Mirrors <)");
  return std::regex_search(text, mirrors,
                           std::regex_constants::match_continuous);
}

// Of a list that holds names alone.
std::vector<string> names_in(const string& path, const string& label,
                             const string& words) {
  static const std::regex word(R"([^\s,]+)");
  static const std::regex valid(R"(\w+(::\w+)*(::operator(\(\)|[^\w\s]+))?)");
  std::vector<string> found;
  for (std::sregex_token_iterator at(words.begin(), words.end(), word), end;
       at != end; ++at) {
    const string one = *at;
    if (one == "none" || one == "(nothing)" || one == "nothing.") continue;
    if (!std::regex_match(one, valid)) {
      throw std::runtime_error("green/" + path + ": the list " + label +
                               ": holds names alone, and '" + one +
                               "' is no name");
    }
    found.push_back(one);
  }
  return found;
}

// The originals that the header takes over: `using ::bind;`.
std::vector<string> taken_in(const string& text) {
  static const std::regex statement(
      R"(\nusing ((?:std)?::[\w:]+(?:,\s*(?:std)?::[\w:]+)*);)");
  static const std::regex word(R"((std::[\w:]+)|::(\w+))");
  std::vector<string> found;
  for (std::sregex_iterator at(text.begin(), text.end(), statement), none;
       at != none; ++at) {
    const string all = (*at)[1];
    for (std::sregex_iterator one(all.begin(), all.end(), word); one != none;
         ++one) {
      found.push_back((*one)[(*one)[1].matched ? 1 : 2]);
    }
  }
  return found;
}

// The sentences of a list, and their parts between semicolons.
std::vector<string> parts_of(const string& words) {
  static const std::regex blanks(R"(\s+)"), end(R"([.;] |\.? ?$)");
  const string line =
      std::regex_replace(words, blanks, " ").substr(words.empty() ? 0 : 1);
  return {std::sregex_token_iterator(line.begin(), line.end(), end, -1),
          std::sregex_token_iterator()};
}

string scope_of(const string& path, const string& text) {
  if (path.ends_with(".h")) return "";
  const string own = path + "::";
  const bool nested =
      text.find("namespace green::" + path + " {") != string::npos;
  return nested ? "std::" + own : "std::";
}

string green_of(const string& original) {
  const string std = "std::";
  return "green::" +
         (original.starts_with(std) ? original.substr(std.size()) : original);
}

string text_of(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace

// ---- Reading ----

names names::read(const fs::path& green) {
  if (!fs::exists(green / "green.h")) {
    throw std::runtime_error(green.string() +
                             " holds no headers of green: green.h is missing");
  }
  std::map<string, string> headers;
  for (const auto& entry : fs::recursive_directory_iterator(green)) {
    const fs::path& path = entry.path();
    if (!entry.is_regular_file()) continue;
    if (path.has_extension() ? path.extension() != ".h"
                             : path.filename() == "BUILD") {
      continue;
    }
    headers[path.lexically_relative(green).string()] = text_of(path);
  }
  return parse(headers);
}

names names::parse(const std::map<string, string>& headers) {
  names all;
  for (const auto& [path, text] : headers) {
    if (is_mirror(text)) all.add_header(path, text);
  }
  // A word is a missing name if no list knows it otherwise.
  for (const auto& [path, text] : headers) {
    if (is_mirror(text)) all.add_missing(path, text);
  }
  return all;
}

string names::original_of(const string& word) const {
  return mirrors_.back().scope + word;
}

void names::add_header(const string& path, const string& text) {
  mirrors_.push_back({path, scope_of(path, text), false});
  const std::size_t mirror = mirrors_.size() - 1;
  for (const auto& [in, label] :
       {std::pair(list::awaited, "Awaited"), std::pair(list::own, "Own")}) {
    for (const string& word : names_in(path, label, list_of(text, label))) {
      const string original = original_of(word);
      mirrors_.back().has_names = true;
      add({original, green_of(original), in, mirror, ""});
    }
  }
  for (const string& original : taken_in(text))
    add({original, green_of(original), list::same, mirror, ""});
}

void names::add_missing(const string& path, const string& text) {
  // Qualified names, arguments of templates and paths are advice, and so is
  // all behind a colon.
  static const std::regex word(R"((?:^|[ (])([A-Za-z_]\w*)(?!\w|<|::|\(|/|"))");
  const mirror* of = mirror_of(path);
  for (const string& part : parts_of(list_of(text, "Missing"))) {
    // Of a name that green has, some overloads are missing.
    if (part.find("overload") != part.npos) continue;
    const string named = part.substr(0, part.find(": "));
    for (std::sregex_token_iterator at(named.begin(), named.end(), word, 1),
         end;
         at != end; ++at) {
      add({of->scope + at->str(), "", list::missing,
           static_cast<std::size_t>(of - mirrors_.data()), part});
    }
  }
}

void names::add(name found) {
  const auto [at, is_new] = all_.try_emplace(found.original, found);
  if (!is_new && found.in < at->second.in) at->second = std::move(found);
}

// ---- Questions ----

const mirror* names::mirror_of(std::string_view header) const {
  for (const mirror& m : mirrors_) {
    if (m.header == header) return &m;
  }
  return nullptr;
}

const name* names::find(std::string_view original) const {
  const auto found = all_.find(original);
  if (found != all_.end()) return &found->second;
  // A member that a mirror's class lacks: native_handle.
  const std::size_t member = original.rfind("::");
  if (member == std::string_view::npos) return nullptr;
  const auto type = all_.find(original.substr(0, member));
  if (type == all_.end() || type->second.in != list::own) return nullptr;
  const mirror& of_type = mirrors_[type->second.mirror];
  const auto lacking =
      all_.find(of_type.scope + string(original.substr(member + 2)));
  if (lacking == all_.end() || lacking->second.in != list::missing)
    return nullptr;
  return &lacking->second;
}

const name* names::awaited(std::string_view original) const {
  const name* found = find(original);
  return found != nullptr && found->in == list::awaited ? found : nullptr;
}

const name* names::prefixed(std::string_view original) const {
  const name* found = find(original);
  if (found == nullptr || found->in > list::own) return nullptr;
  const std::size_t member = original.rfind("::");
  if (member == std::string_view::npos) return found;
  const auto around = all_.find(original.substr(0, member));
  const bool in_class = around != all_.end() && around->second.in <= list::own;
  return in_class ? nullptr : found;
}

string names::choose(const std::set<string>& only) {
  std::set<std::size_t> headers;
  for (const string& word : only) {
    const auto named = all_.find(word);
    const mirror* header = mirror_of(word);
    const bool is_name = named != all_.end() && named->second.in <= list::own;
    if (header != nullptr) {
      headers.insert(std::size_t(header - mirrors_.data()));
    } else if (!is_name) {
      return word;
    } else if (word.starts_with("std::")) {
      headers.insert(named->second.mirror);
    }
  }
  std::erase_if(all_, [&](const auto& one) {
    return !only.contains(one.first) && !headers.contains(one.second.mirror);
  });
  for (std::size_t i = 0; i < mirrors_.size(); ++i) {
    mirrors_[i].has_names = std::ranges::any_of(all_, [&](const auto& one) {
      return one.second.mirror == i && one.second.in <= list::own;
    });
  }
  return "";
}

string names::include_of(const name& n) const {
  return "green/" + mirrors_[n.mirror].header;
}

}  // namespace greenify
