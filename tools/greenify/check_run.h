// SPDX-License-Identifier: MIT
//
// greenify --check, from the units of a program to its report.
#pragma once

#include <vector>

#include "tools/greenify/collect.h"
#include "tools/greenify/names.h"
#include "tools/greenify/settings.h"

namespace greenify {

/// Prints the mistakes, and gives the exit status: 0 if there are none, 1 if
/// there are some, 2 if the program does not compile. Throws wrong_use.
int run_check(const settings& given, const std::vector<unit>& units,
              const names& green);

}  // namespace greenify
