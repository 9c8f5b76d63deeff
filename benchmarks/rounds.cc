// SPDX-License-Identifier: MIT
#include "benchmarks/rounds.h"

#include <sys/resource.h>
#include <sys/time.h>

#include <fmt/core.h>

#include <cstddef>
#include <cstdint>
#include <cstdio>

#include "benchmarks/clock.h"
#include "benchmarks/results.h"

namespace benchmarks {

namespace {

// Of all threads, and of the children that were waited for.
double processor_time() {
  double seconds = 0;
  for (const int whose : {RUSAGE_SELF, RUSAGE_CHILDREN}) {
    rusage used;
    ::getrusage(whose, &used);
    for (const timeval& t : {used.ru_utime, used.ru_stime}) {
      seconds += static_cast<double>(t.tv_sec);
      seconds += static_cast<double>(t.tv_usec) / 1e6;
    }
  }
  return seconds;
}

double seconds_of(const std::function<void()>& work) {
  const std::int64_t start = steady_now();
  work();
  return static_cast<double>(steady_now() - start) / 1e9;
}

}  // namespace

void compare(const std::vector<contestant>& all, const rounds_plan& plan) {
  std::vector<std::vector<double>> rates(all.size()), ratios(all.size()),
      costs(all.size());
  for (int round = 0; round < plan.rounds; ++round) {
    for (std::size_t turn = 0; turn < all.size(); ++turn) {
      const std::size_t i =
          (turn + static_cast<std::size_t>(round)) % all.size();
      plan.prepare();
      const double used = processor_time();
      rates[i].push_back(plan.amount / seconds_of(all[i].work));
      costs[i].push_back((processor_time() - used) * 1e9 / plan.amount);
    }
    for (std::size_t i = 0; i < all.size(); ++i) {
      ratios[i].push_back(rates[i].back() / rates[0].back());
    }
  }
  fmt::print("{:>22} {:>12} {:>7} {:>12} {:>10}\n", "", plan.unit, "ratio",
             "min-max", "CPU ns");
  for (std::size_t i = 0; i < all.size(); ++i) {
    const spread ratio = spread_of(ratios[i]);
    fmt::print("{:>22} {:>12.0f} {:>7.2f} {:>12} {:>10.0f}\n", all[i].name,
               spread_of(rates[i]).median, ratio.median,
               fmt::format("{:.2f}-{:.2f}", ratio.min, ratio.max),
               spread_of(costs[i]).median);
  }
  std::fflush(stdout);
}

}  // namespace benchmarks
