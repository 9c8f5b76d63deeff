// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "benchmarks/comparison.h"
#include "benchmarks/results.h"

namespace benchmarks {

/// "AMD EPYC, 2 CPUs, Linux 6.18": what the numbers were measured on.
std::string machine();

/// 12345678 as "12,345,678".
std::string grouped(double value);

/// The one table; with several rounds, medians and below them the extremes.
std::string table(const comparison_plan& plan, const std::string& baseline,
                  const std::vector<series<sample>>& results);
std::string table(const comparison_plan& plan, const std::string& baseline,
                  const std::vector<series<idle_sample>>& results);

/// Everything that was measured, every round of it.
std::string json(const comparison_plan& plan, const std::string& baseline,
                 const std::vector<series<sample>>& results);
std::string json(const comparison_plan& plan, const std::string& baseline,
                 const std::vector<series<idle_sample>>& results);

}  // namespace benchmarks
