// SPDX-License-Identifier: MIT
#pragma once

#include <span>

namespace benchmarks::pthreads {

/// One thing that threads do, by green's functions and by the original ones.
struct comparison {
  const char* name;
  const char* brief;  // for a picture
  long steps;
  void (*green)(long steps);
  void (*original)(long steps);
};

std::span<const comparison> comparisons();

}  // namespace benchmarks::pthreads
