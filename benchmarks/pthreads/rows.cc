// SPDX-License-Identifier: MIT
#include "benchmarks/pthreads/rows.h"

#include <fmt/core.h>
#include <time.h>

#include <cstdint>

#include "benchmarks/arguments.h"
#include "benchmarks/clock.h"
#include "benchmarks/results.h"

namespace benchmarks::pthreads {

namespace {

void play(void (*game)(long), long steps, times& to) {
  const auto each = [steps](std::int64_t nanoseconds) {
    return static_cast<double>(nanoseconds) / static_cast<double>(steps);
  };
  const std::int64_t start = steady_now();
  const std::int64_t used = clock_ns(CLOCK_PROCESS_CPUTIME_ID);
  game(steps);
  to.used.push_back(each(clock_ns(CLOCK_PROCESS_CPUTIME_ID) - used));
  to.passed.push_back(each(steady_now() - start));
}

std::string cell(const std::vector<double>& values) {
  const spread s = spread_of(values);
  return fmt::format("{:.0f} ({:.0f}-{:.0f})", s.median, s.min, s.max);
}

double ratio(const std::vector<double>& a, const std::vector<double>& b) {
  return spread_of(a).median / spread_of(b).median;
}

}  // namespace

std::vector<row> measure(std::span<const comparison> all, const plan& p) {
  std::vector<row> rows;
  for (const comparison& c : all) {
    if (std::string(c.name).find(p.only) != std::string::npos) {
      rows.push_back({&c});
    }
  }
  if (rows.empty()) throw bad_usage("--only: no such row");
  for (int round = 0; round < p.rounds; ++round) {
    for (row& r : rows) {
      const auto steps =
          static_cast<long>(static_cast<double>(r.what->steps) * p.factor) + 1;
      play(r.what->green, steps, r.green);
      play(r.what->original, steps, r.original);
    }
  }
  return rows;
}

void print(const std::vector<row>& rows) {
  fmt::print("{:<32}{:>24}{:>26}{:>9}{:>9}\n", "nanoseconds a step", "green",
             "the original", "ratio", "of CPU");
  for (const row& r : rows) {
    fmt::print("{:<32}{:>24}{:>26}{:>9.3f}{:>9.3f}\n", r.what->name,
               cell(r.green.passed), cell(r.original.passed),
               ratio(r.green.passed, r.original.passed),
               ratio(r.green.used, r.original.used));
  }
  fmt::print(
      "Medians of {} rounds in turns, least and greatest behind them. The last "
      "column\ncompares the time of CPUs, which other programs disturb less.\n",
      rows.front().green.passed.size());
}

}  // namespace benchmarks::pthreads
