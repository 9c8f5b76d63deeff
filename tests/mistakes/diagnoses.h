// SPDX-License-Identifier: MIT
//
// What a compiler says about each line of a program.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

namespace tests {

/// The compilers of the project that are installed.
std::vector<std::string> compilers();

/// An error or a warning, with its notes and the lines that they show.
struct diagnosis {
  bool error;
  std::string first;  // "invalid operands to binary expression"
  std::string text;   // all of it
};

/// Compiles the program at this path, without code, and with all warnings. The
/// diagnoses stand under their lines. One of a header is that of the line that
/// the header was asked by.
std::map<std::size_t, std::vector<diagnosis>> diagnoses(
    const std::string& compiler, const std::string& path);

}  // namespace tests
