// SPDX-License-Identifier: MIT
//
// The sessions of docs/debugging.md, for the tests that produce them.
//
//   CHECK(tests::is_session("A hang", text));
//
// The block below that heading has lines of the text. They may differ in
// numbers, in paths of files, and in what stands for "...".
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
  static const std::regex path(R"([^ :(]*/)"), number("0x[0-9a-f]+|[0-9.]+");
  return std::regex_replace(std::regex_replace(line, path, ""), number, "#");
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
    const std::string wanted = shape_of(line);
    at = shapes.find("\n" + wanted + "\n", at);
    CHECK_MESSAGE(at != std::string::npos, heading << ": " << line);
    if (at == std::string::npos) at = 0;
    all &= at != 0 || shapes.starts_with("\n" + wanted + "\n");
  }
  INFO(text);
  CHECK(all);
  return all;
}

}  // namespace tests
