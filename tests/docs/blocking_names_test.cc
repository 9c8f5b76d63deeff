// SPDX-License-Identifier: MIT
// Nothing in green:: holds the hub: each name of blocking_names.txt is awaited,
// or is not there. A compiler is asked.
#include <doctest/doctest.h>

#include <fstream>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "tests/style/cancellation_points.h"
#include "tests/style/source.h"
#include "tests/support/files.h"
#include "tests/support/shell.h"

namespace {

using std::string;

struct name {
  string header;
  string text;
  bool may_stay;
};

std::vector<name> all_names() {
  std::vector<name> names;
  const string file = style::read("tests/docs/blocking_names.txt");
  for (const string& line : style::split(file, '\n')) {
    const size_t colon = line.find(':');
    if (line.starts_with("#") || colon == string::npos) continue;
    const string header = "green/" + line.substr(0, colon);
    for (string& word : style::split(line.substr(colon + 2), ' ')) {
      const bool may_stay = word.ends_with("?");
      if (may_stay) word.pop_back();
      names.push_back({header, word, may_stay});
    }
  }
  return names;
}

constexpr size_t first_line = 10'000;

// Each name stands in a line of its own, which has the name's number.
string program(const std::vector<name>& names, const string& begins,
               const string& ends) {
  string text = "#include \"green/core/awaitable.h\"\n";
  for (const name& n : names) text += "#include \"" + n.header + "\"\n";
  text +=
      "template <class R, class... P>\n"
      "constexpr bool awaited(R (*)(P...)) {\n"
      "  return green::core::awaitable<R>;\n"
      "}\n"
      "template <class R, class... P>\n"
      "constexpr bool awaited(R (*)(P..., ...)) {\n"
      "  return green::core::awaitable<R>;\n"
      "}\n";
  for (size_t i = 0; i < names.size(); ++i) {
    const string number = std::to_string(first_line + i);
    text += "#line " + number + "\nnamespace n" + number + " {" + begins +
            names[i].text + ends + "}\n";
  }
  return text;
}

// What the compiler says, and the lines in which it finds an error.
struct verdict {
  string words;
  std::set<size_t> wrong;
};

verdict compile(const string& text) {
  const tests::temporary_folder folder;
  const string path = folder.at("names.cc");
  std::ofstream(path) << text;
  const bool clang = tests::installed("clang++-19");
  const string compiler = clang ? "clang++-19 -ferror-limit=0" : "g++";
  const auto ran =
      tests::shell(compiler + " -std=c++20 -fsyntax-only -I. " + path);
  verdict v{ran.text, {}};
  for (const string& line : style::split(ran.text, '\n')) {
    if (!line.starts_with(path + ":")) continue;
    if (line.find("error:") == string::npos) continue;
    v.wrong.insert(std::stoul(line.substr(path.size() + 1)));
  }
  return v;
}

string differs_of(const string& header) {
  const string text = style::read(header);
  const size_t from = text.find("// Differs:"), to = text.find("// Missing:");
  REQUIRE(to > from);
  return text.substr(from, to - from);
}

string missing_of(const string& header) {
  const string text = style::read(header);
  const size_t from = text.find("// Missing:");
  return text.substr(from, text.find("#pragma") - from);
}

// These have overloads, so that their address has no type of its own.
const std::map<string, string> calls = {
    {"fcntl", "fcntl(0, F_SETLKW, nullptr)"},
    {"ioctl", "ioctl(0, 0)"},
    {"ftw",
     "ftw(\"\", static_cast<int (*)(const char*, const struct ::stat*, int)>("
     "nullptr), 1)"},
    {"nftw",
     "nftw(\"\", static_cast<int (*)(const char*, const struct ::stat*, int, "
     "FTW*)>(nullptr), 1, 0)"},
};

}  // namespace

TEST_CASE("each name that holds a thread is awaited in green, or not there") {
  const std::vector<name> names = all_names();
  CHECK(names.size() > 80);
  const verdict absent = compile(program(names, "using green::", ";"));
  std::vector<name> there;
  for (size_t i = 0; i < names.size(); ++i) {
    if (!absent.wrong.contains(first_line + i)) {
      there.push_back(names[i]);
      continue;
    }
    INFO(names[i].header << " says nothing of " << names[i].text);
    CHECK(missing_of(names[i].header).find(names[i].text) != string::npos);
  }
  CHECK_MESSAGE(there.size() > 80, absent.words);
  const verdict plain =
      compile(program(there, "static_assert(awaited(&green::", "));"));
  for (size_t i = 0; i < there.size(); ++i) {
    const name& n = there[i];
    const bool awaited = !plain.wrong.contains(first_line + i);
    INFO("green::" << n.text << " of " << n.header << "\n" << plain.words);
    CHECK(awaited != n.may_stay);
    if (!n.may_stay) continue;
    CHECK(differs_of(n.header).find(n.text) != string::npos);
  }
}

TEST_CASE("the headers give POSIX's cancellation points as their lists say") {
  std::vector<name> names;
  std::vector<style::presence> said;
  for (const style::cancellation_point& point : style::cancellation_points()) {
    if (!point.header_is_there) continue;
    names.push_back({point.header, point.name, false});
    said.push_back(point.said);
  }
  const verdict absent = compile(program(names, "using green::", ";"));
  for (name& n : names) {
    const auto call = calls.find(n.text);
    n.text =
        call == calls.end()
            ? "awaited(&green::" + n.text + ")"
            : "green::core::awaitable<decltype(green::" + call->second + ")>";
  }
  const verdict plain = compile(program(names, "static_assert(", ");"));
  for (size_t i = 0; i < names.size(); ++i) {
    INFO(names[i].header << ": " << names[i].text);
    const bool is_there = !absent.wrong.contains(first_line + i);
    const bool awaited = !plain.wrong.contains(first_line + i);
    CHECK(is_there == (said[i] != style::presence::absent));
    CHECK(awaited == (said[i] == style::presence::awaited));
  }
}
