// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <set>
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

/// The comment that opens a file, without its slashes and its licence.
std::vector<std::string> opening_comment(const source& file);
/// A program in such a comment: an indented paragraph, and the number of its
/// first line.
struct program {
  std::size_t line;
  std::string text;
};
std::vector<program> programs_in(const source& file);

/// The name that begins at this position.
std::string name_at(const std::string& code, std::size_t begin);
/// Where the names stand in the code that are written ::name, but for types.
std::vector<std::size_t> global_names(const std::string& code);

/// The headers that a .cc file includes by itself, or by its own header, as the
/// originals are called: a mirror brings its original.
std::set<std::string> included(const source& file);

}  // namespace style
