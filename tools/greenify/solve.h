// SPDX-License-Identifier: MIT
//
// Decides which functions of a program become tasks, which calls are awaited,
// and what must be done by hand.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "tools/greenify/facts.h"
#include "tools/greenify/options.h"

namespace greenify {

struct plan {
  /// Of each file that changes.
  std::map<std::string, std::vector<edit>> edits;
  std::set<finding> findings;
  /// The keys of the nodes that become tasks, and why each of them does.
  std::map<std::string, std::string> tasks;
  /// Awaited sites, in the order of files and lines.
  std::vector<const site*> awaits;
  std::size_t functions = 0;
  std::size_t guards = 0;
  std::size_t blocking = 0;  // calls that stay, where nothing may wait
};

plan solve(const facts& program, const options& wanted);

/// The chain of reasons for which the function at a line waits, or the call at
/// it, as lines for the user.
std::string explain(const facts& program, const plan& made,
                    const std::string& file, unsigned line);

}  // namespace greenify
