// SPDX-License-Identifier: MIT
//
// Mistakes that compile. When they run, green says so, or does what is right.
#pragma once

#include <vector>

namespace tests {

/// A mistake, as the table of docs/contract.md calls it.
struct told_mistake {
  const char* name;
  void (*make)();
  bool of_gcc12 = false;  // it is none of another compiler's
};
const std::vector<told_mistake>& told_mistakes();

}  // namespace tests
