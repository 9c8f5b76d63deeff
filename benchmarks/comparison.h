// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "benchmarks/messages.h"
#include "benchmarks/progress.h"
#include "benchmarks/results.h"

namespace benchmarks {

struct server_program {
  std::string name;
  std::string path;
  std::string backend = {};  // of green's hub; empty: its own choice
};

/// What to compare, and how.
struct comparison_plan {
  std::vector<server_program> servers;
  std::vector<unsigned> connections;
  std::size_t size = 64;
  protocol talk = {};
  unsigned repeat = 1;
  std::optional<double> seconds;  // of each measurement; else what time is left
  double warmup = 0.3;
  int server_cpu = -1;
  int load_cpu = -1;
};

/// Starts each server anew for each measurement. The servers take turns within
/// a round, so that what slows the machine down slows all of them.
std::vector<series<sample>> compare(const comparison_plan& plan,
                                    progress_line& progress);

/// The memory of idle connections, before and after one message on each.
std::vector<series<idle_sample>> compare_idle(const comparison_plan& plan,
                                              progress_line& progress);

}  // namespace benchmarks
