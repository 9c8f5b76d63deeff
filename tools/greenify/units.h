// SPDX-License-Identifier: MIT
//
// The translation units of a program.
#pragma once

#include <string>
#include <vector>

#include "tools/greenify/collect.h"
#include "tools/greenify/settings.h"

namespace greenify {

/// Finds the units that the command line names, and fills in the program's
/// root. Throws wrong_use.
std::vector<unit> find_units(settings& given);

}  // namespace greenify
