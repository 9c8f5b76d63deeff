// SPDX-License-Identifier: MIT
//
// Parses translation units and collects their facts.
#pragma once

#include <string>
#include <vector>

#include "tools/greenify/cache.h"
#include "tools/greenify/facts.h"
#include "tools/greenify/names.h"
#include "tools/greenify/options.h"

namespace greenify {

/// Their folder is where clang looks for its own headers.
inline constexpr char compiler[] = "/usr/lib/llvm-19/bin/clang++";
inline constexpr char c_compiler[] = "/usr/lib/llvm-19/bin/clang";

/// A translation unit and the command that compiles it, without its outputs.
struct unit {
  std::string file;
  std::string folder;
  std::string root;  // of the program

  std::vector<std::string> command;
};

/// Its facts, or errors among them if it does not compile. The paths that the
/// compiler asks for are added to `read`.
facts collect(const unit& parsed, const texts& given, const names& green,
              const options& wanted, paths_read& read);

/// Errors alone: what the compiler says against a unit.
facts compile(const unit& parsed, const texts& given, paths_read& read);

}  // namespace greenify
