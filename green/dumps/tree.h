// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "green/dumps/rows.h"

namespace green::dumps {

/// Green threads in lines, each below the one that has spawned it. Those that
/// stand alike below the same kind of green thread, and wait alike, share a
/// line with their number. Alike are names and waits that differ in numbers
/// alone.
std::string tree_of(const std::vector<const thread_row*>& all);

/// One in a line of its own.
std::string line_of(const thread_row& row);

}  // namespace green::dumps
