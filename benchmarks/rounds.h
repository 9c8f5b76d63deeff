// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <string>
#include <vector>

namespace benchmarks {

struct contestant {
  std::string name;
  std::function<void()> work;
};

/// How often each does its work.
struct rounds_plan {
  double amount;  // of `unit`, in one piece of work
  const char* unit;
  int rounds;
  std::function<void()> prepare = [] {};  // called before each piece of work
};

/// Prints the rates, their ratios to the first, which is the baseline, and the
/// CPU time for one of the unit. All take turns, each in every place, and the
/// ratios are of one round.
void compare(const std::vector<contestant>& all, const rounds_plan& plan);

}  // namespace benchmarks
