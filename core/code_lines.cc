// SPDX-License-Identifier: MIT
#include "green/core/code_lines.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <string_view>
#include <utility>

#include "green/core/system.h"

namespace green::core {

namespace {

struct place {
  module_place in;
  code_line known;  // without a symbolizer
  bool asked = false;
};

std::string hexadecimal(std::uintptr_t number) {
  char text[2 + 2 * sizeof number + 1];
  std::snprintf(text, sizeof text, "0x%llx",
                static_cast<unsigned long long>(number));
  return text;
}

place place_of(const void* call) {
  // The call ends where it returns to.
  place found = {module_of(reinterpret_cast<std::uintptr_t>(call) - 1), {}};
  const std::string& file = found.in.file;
  // The system's own libraries come without -g.
  found.asked = !file.empty() && !file.starts_with("/lib") &&
                !file.starts_with("/usr/lib");
  found.known.function = found.in.symbol;
  found.known.module = (found.in.name.empty() ? "" : found.in.name + "+") +
                       hexadecimal(found.in.offset);
  return found;
}

// "a/./b" is "a/b", and what lies in the working directory needs no path.
std::string short_path(std::string path) {
  for (std::size_t at; (at = path.find("/./")) != std::string::npos;) {
    path.erase(at, 2);
  }
  const std::string bazel = "/proc/self/cwd/";
  const std::string here = working_directory() + "/";
  for (const std::string& prefix : {bazel, here}) {
    if (path.starts_with(prefix)) path.erase(0, prefix.size());
  }
  return path;
}

// "FILE:LINE", "FILE:LINE (discriminator 2)", "??:0" or "??:?".
void read_line(std::string_view text, code_line& into) {
  text = text.substr(0, text.find(" ("));
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos || text.starts_with("??")) return;
  const long line = std::strtol(text.data() + colon + 1, nullptr, 10);
  if (line <= 0) return;
  into.file = short_path(std::string(text.substr(0, colon)));
  into.line = static_cast<unsigned>(line);
}

// Takes a symbolizer's answer for one address after another: "0xADDRESS", and
// then pairs of lines, a function and its place.
class answer {
 public:
  explicit answer(std::string text) : text_(std::move(text)) {}

  std::vector<code_line> next(const code_line& known) {
    std::vector<code_line> lines;
    if (!take().starts_with("0x")) return {known};
    while (at_ < text_.size() && text_.compare(at_, 2, "0x") != 0) {
      code_line one = {{}, {}, 0, known.module};
      const std::string_view function = take();
      if (!function.starts_with("??")) one.function = function;
      read_line(take(), one);
      if (one.function.empty()) one.function = known.function;
      lines.push_back(std::move(one));
    }
    if (lines.empty()) lines.push_back(known);
    return lines;
  }

 private:
  std::string_view take() {
    const std::size_t begin = std::min(at_, text_.size());
    const std::size_t end = std::min(text_.find('\n', begin), text_.size());
    at_ = end + 1;
    return std::string_view(text_).substr(begin, end - begin);
  }

  std::string text_;
  std::size_t at_ = 0;
};

std::string symbolize(const std::string& file,
                      const std::vector<std::string>& offsets) {
  const char* const tools[] = {"addr2line", "llvm-addr2line",
                               "llvm-symbolizer"};
  for (const char* tool : tools) {
    std::vector<std::string> words = {tool, "-f", "-C", "-i", "-a", "-e", file};
    if (tool == tools[2]) words.insert(words.begin() + 1, "--output-style=GNU");
    words.insert(words.end(), offsets.begin(), offsets.end());
    std::string said = output_of(words);
    if (said.starts_with("0x")) return said;
  }
  return "";
}

// The end of what opens at `at`.
std::size_t skip(const std::string& name, std::size_t at) {
  int depth = 0;
  for (; at < name.size(); ++at) {
    if (name[at] == '(' || name[at] == '{') ++depth;
    if ((name[at] == ')' || name[at] == '}') && --depth == 0) break;
  }
  return at;
}

// Without the result, with which templates' names begin.
std::string_view qualified(const std::string& function) {
  std::size_t begin = 0;
  int depth = 0;
  for (std::size_t at = 0; at < function.size(); ++at) {
    const char c = function[at];
    if (c == '<') ++depth;
    if (c == '>') --depth;
    if (c == ' ' && depth == 0) begin = at + 1;
    if (c != '(' && c != '{') continue;
    const bool group =
        c == '{' || depth != 0 ||
        function.compare(at, 11, "(anonymous ") == 0 ||
        std::string_view(function).substr(0, at).ends_with("decltype");
    if (!group) break;
    at = skip(function, at);
  }
  return std::string_view(function).substr(begin);
}

bool contains(const std::string& text, const char* part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

std::vector<code_line> code_lines(const void* const* calls, unsigned size) {
  std::vector<place> places;
  std::map<std::string, std::vector<std::string>> asked;
  for (unsigned i = 0; i != size; ++i) {
    places.push_back(place_of(calls[i]));
    const module_place& in = places.back().in;
    if (places.back().asked) asked[in.file].push_back(hexadecimal(in.offset));
  }
  std::map<std::string, answer> answers;
  for (const auto& [file, offsets] : asked) {
    answers.emplace(file, answer(symbolize(file, offsets)));
  }
  std::vector<code_line> lines;
  for (const place& one : places) {
    if (!one.asked) {
      lines.push_back(one.known);
      continue;
    }
    for (code_line& line : answers.at(one.in.file).next(one.known)) {
      lines.push_back(std::move(line));
    }
  }
  return lines;
}

// What compilers add to the name of a coroutine's part begins with " [clone",
// or is a parameter.
bool code_line::same_function(const code_line& other) const {
  const auto name = [](const code_line& c) {
    const std::string_view all = qualified(c.function);
    return all.substr(0, all.find('(', 1));
  };
  return name(*this) == name(other);
}

bool code_line::of_library() const {
  const std::string_view name = qualified(function);
  // A symbolizer leaves the names as they are that are too new for it.
  for (const char* scope : {"green::", "std::", "__gnu_cxx::", "_ZN5green",
                            "_ZNK5green", "_ZSt", "_ZNSt", "_ZNKSt"}) {
    if (name.starts_with(scope)) return true;
  }
  return contains(file, "/include/c++/") || contains(file, "/green/core/") ||
         contains(file, "/green/hub/");
}

std::string code_line::text() const {
  constexpr std::size_t most = 120;
  std::string name = function.substr(0, function.find(" [clone "));
  if (name.size() > most) name.replace(most, std::string::npos, "...");
  const std::string place =
      line == 0 ? module : file + ":" + std::to_string(line);
  return name.empty() ? place : place + " in " + name;
}

}  // namespace green::core
