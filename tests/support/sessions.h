// SPDX-License-Identifier: MIT
//
// The sessions of docs/debugging.md, for the tests that produce them.
//
//   CHECK(tests::is_session("A hang", text));
//
// The block below that heading has lines of the text. They may differ in
// numbers, in paths of files, in spaces, and in what stands for "...".
#pragma once

#include <doctest/doctest.h>

#include <cstdlib>
#include <iostream>
#include <regex>
#include <sstream>
#include <string>
#include <vector>

#include "tests/support/files.h"

namespace tests {

/// Without what differs from run to run.
inline std::string shape_of(const std::string& line) {
  static const std::regex path(R"([^ :(]*/)"), place(R"(\w+\.cc:)"),
      number("0x[0-9a-f]+|-?[0-9.]+"), program(R"(\(\w+\):$)"),
      function(" in .* at "), padding(" +"),
      decoration(R"(\(anonymous namespace\)::|\(\)$)");
  std::string shape = std::regex_replace(line, path, "");
  shape = std::regex_replace(shape, place, "x:");
  shape = std::regex_replace(shape, program, "(x):");
  // The compilers write functions in their own way.
  if (shape.starts_with("#")) {
    shape = std::regex_replace(shape, function, " in x at ");
  }
  // A function that was inlined has its bare name.
  shape = std::regex_replace(shape, decoration, "");
  shape = std::regex_replace(shape, padding, " ");
  return std::regex_replace(shape, number, "#");
}

inline std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream all(text);
  for (std::string line; std::getline(all, line);) lines.push_back(line);
  return lines;
}

/// The lines of the first block of code below a heading of the page.
inline std::vector<std::string> session(const std::string& heading) {
  const std::string page = contents("docs/debugging.md");
  const std::size_t at = page.find("\n## " + heading + "\n");
  REQUIRE_MESSAGE(at != std::string::npos, heading);
  const std::size_t begin = page.find("\n", page.find("```text", at)) + 1;
  return lines_of(page.substr(begin, page.find("```", begin) - begin));
}

inline bool is_session(const std::string& heading, const std::string& text) {
  if (std::getenv("GREEN_SHOW_SESSIONS") != nullptr) {
    std::cout << "## " << heading << '\n' << text << '\n';
    return true;
  }
  std::string shapes = "\n";
  for (const std::string& line : lines_of(text))
    shapes += shape_of(line) + '\n';
  bool all = true;
  std::size_t at = 0;
  for (const std::string& line : session(heading)) {
    if (line.starts_with("$ ") || line == "...") continue;
    const std::size_t next = shapes.find("\n" + shape_of(line) + "\n", at);
    const bool found = next != std::string::npos;
    CHECK_MESSAGE(found, heading << ": " << line);
    if (found) at = next;
    all &= found;
  }
  INFO(text);
  CHECK(all);
  return all;
}

}  // namespace tests
