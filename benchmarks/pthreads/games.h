// SPDX-License-Identifier: MIT
#pragma once

#include <span>

#include "benchmarks/pthreads/rows.h"

namespace benchmarks::pthreads {

std::span<const comparison> comparisons();

}  // namespace benchmarks::pthreads
