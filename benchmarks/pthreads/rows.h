// SPDX-License-Identifier: MIT
#pragma once

#include <span>
#include <string>
#include <vector>

namespace benchmarks::pthreads {

/// One thing that threads do, by green's functions or on its hub, and by the
/// original ones.
struct comparison {
  const char* name;
  const char* brief;  // for a picture
  long steps;
  void (*green)(long steps);
  void (*original)(long steps);
};

/// Nanoseconds a step: those that pass, and those of all CPUs.
struct times {
  std::vector<double> passed, used;
};

struct row {
  const comparison* what;
  times green = {}, original = {};
};

struct plan {
  int rounds;
  double factor;     // of the usual number of steps
  std::string only;  // rows that have it in their names
};

/// Plays both sides of each in turns. Throws bad_usage if there is no row.
std::vector<row> measure(std::span<const comparison> all, const plan& p);
void print(const std::vector<row>& rows);

}  // namespace benchmarks::pthreads
