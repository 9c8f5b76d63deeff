// SPDX-License-Identifier: MIT
//
// The converted files of a program.
#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "tools/greenify/collect.h"
#include "tools/greenify/facts.h"
#include "tools/greenify/solve.h"

namespace greenify {

struct converted {
  std::string from;  // the path before
  std::string before;
  std::vector<edit> edits;
  std::string after;
};

/// By their paths.
using result = std::map<std::string, converted>;

/// Reads a file, or throws std::runtime_error with a line for the user.
std::string read_file(const std::string& path);

/// A patch that makes the files of those before.
std::string patch(const result& files, const std::string& root);

/// Makes the edits of a plan in files, which are read from the disk unless
/// `given` has them.
result convert(const plan& made, const texts& given);

/// Compiles units whose files have other texts, and gives the errors.
using compiler_of =
    std::function<std::set<finding>(const std::vector<unit>&, const texts&)>;

/// Compiles the converted program. Returns the errors at lines for which the
/// plan reports none, each at its line of the program before.
std::set<finding> verify(std::vector<unit> units, const plan& made,
                         const result& files, const std::string& green,
                         texts given, const compiler_of& compiles);

/// Writes files, each as a whole or not at all. Throws std::runtime_error.
void write_in_place(const texts& files);
/// Writes all files of a program below another folder.
void write_out(const facts& program, const texts& changed,
               const std::string& root, const std::string& folder);

}  // namespace greenify
