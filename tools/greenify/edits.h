// SPDX-License-Identifier: MIT
//
// Makes edits in a text.
#pragma once

#include <string>
#include <vector>

#include "tools/greenify/facts.h"

namespace greenify {

/// Orders of insertions at one offset. An insertion of order 0 belongs to the
/// word behind it, and goes when that is replaced. What closes an expression or
/// a type stands first, and the innermost closes first. What opens the longer
/// expression stands before that of the shorter one.
long closing(unsigned begin);
long opening(unsigned end);

/// The edits as replacements that are ordered and do not overlap. Equal edits
/// are one, and an edit inside a replaced text is dropped. Throws
/// std::logic_error if two replacements contradict each other.
std::vector<edit> settle(const std::string& text, std::vector<edit> edits);

/// The text with settled edits made.
std::string edited(const std::string& text, const std::vector<edit>& settled);

/// Settled edits as a unified diff, which patch and git apply take. `name` is
/// the file's path in it.
std::string diff(const std::string& name, const std::string& text,
                 const std::vector<edit>& settled);

}  // namespace greenify
