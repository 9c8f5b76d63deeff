// SPDX-License-Identifier: MIT
//
// The includes of a file, found in its text, and those that a conversion adds.
#pragma once

#include <map>
#include <set>
#include <string>

#include "tools/greenify/facts.h"
#include "tools/greenify/solve.h"

namespace greenify {

/// Reads the directives of a file. Comments are none. The includes in an
/// extern "C" block are left out, since they stay as they are.
source scan_includes(const std::string& text);

/// Adds the includes that edited files need to a plan: "green/x" or <x>, by the
/// files' paths. An include of a mirrored header is replaced in each file that
/// changes.
void add_includes(const facts& program,
                  const std::map<std::string, std::set<std::string>>& needed,
                  plan& made);

}  // namespace greenify
