// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace style {

/// A source file, read and taken apart for the style test.
struct source {
  std::string path;    // "green/sys/socket.h"
  std::string folder;  // "green"
  std::string text;
  std::vector<std::string> lines;
  std::string code;  // the text with comments and literals blanked

  bool is_cc() const { return path.ends_with(".cc"); }
  bool is_header() const { return !is_cc(); }
  bool has_extension() const;
};

/// All C++ files of the project, which is the working directory.
const std::vector<source>& sources();

std::string read(const std::string& path);
std::vector<std::string> split(const std::string& text, char separator);
/// The number, from 1, of the line that has this position.
std::size_t line_at(const std::string& text, std::size_t position);

}  // namespace style
