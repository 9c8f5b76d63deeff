// SPDX-License-Identifier: MIT
#pragma once

#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include <fmt/core.h>
#include "benchmarks/results.h"

namespace benchmarks {

/// Was the run ended by an error? Google Benchmark 1.8 renamed the member.
template <class R>
bool has_failed(const R& run) {
  if constexpr (requires { run.error_occurred; }) {
    return run.error_occurred;
  } else {
    return run.skipped != 0;
  }
}

/// Shows benchmarks that are named WHAT/WHO or WHAT/WHO/ARGUMENT as one table:
/// for each WHAT and ARGUMENT the median and extremes of each WHO, and the
/// ratio of one of them, the subject, to each other.
class ratio_reporter : public benchmark::BenchmarkReporter {
 public:
  explicit ratio_reporter(std::string subject) : subject_(std::move(subject)) {}

  bool ReportContext(const Context&) override { return true; }

  void ReportRuns(const std::vector<Run>& runs) override {
    for (const Run& run : runs) {
      if (run.run_type != Run::RT_Iteration || has_failed(run)) continue;
      const std::string& name = run.run_name.function_name;
      const std::size_t slash = name.find('/');
      std::string what = name.substr(0, slash);
      if (!run.run_name.args.empty()) what += " " + run.run_name.args;
      // In the order of the source, whatever the order of the rounds was.
      group& g = groups_[what];
      g.rank = std::min(
          g.rank, std::pair(run.family_index, run.per_family_instance_index));
      member& m = g.members[name.substr(slash + 1)];
      m.rank = run.family_index;
      // CPU time is not disturbed by what else the CPU does.
      const bool real = run.run_name.time_type == "real_time";
      m.times.push_back(real ? run.GetAdjustedRealTime()
                             : run.GetAdjustedCPUTime());
    }
  }

  /// How often each was measured.
  std::size_t rounds() const {
    if (groups_.empty()) return 0;
    return groups_.begin()->second.members.begin()->second.times.size();
  }

  void Finalize() override {
    fmt::print("{:<16}{:<8}{:>10}{:>10}{:>10}{:>8}\n", "nanoseconds", "",
               "median", "least", "greatest", "×");
    std::vector<const groups::value_type*> sorted;
    for (const auto& entry : groups_) sorted.push_back(&entry);
    std::sort(sorted.begin(), sorted.end(), [](const auto* a, const auto* b) {
      return a->second.rank < b->second.rank;
    });
    for (const auto* entry : sorted) print(entry->first, entry->second);
  }

 private:
  struct member {
    std::int64_t rank = 0;
    std::vector<double> times;
  };
  struct group {
    std::pair<std::int64_t, std::int64_t> rank = {
        std::numeric_limits<std::int64_t>::max(), 0};
    std::map<std::string, member> members;
  };
  using groups = std::map<std::string, group>;

  void print(const std::string& what, const group& g) const {
    std::vector<const std::map<std::string, member>::value_type*> sorted;
    for (const auto& entry : g.members) sorted.push_back(&entry);
    std::sort(sorted.begin(), sorted.end(), [](const auto* a, const auto* b) {
      return a->second.rank < b->second.rank;
    });
    const auto subject = g.members.find(subject_);
    for (const auto* entry : sorted) {
      const spread time = spread_of(entry->second.times);
      std::string ratio;
      if (entry->first != subject_ && subject != g.members.end()) {
        ratio = fmt::format(
            "{:.3f}", spread_of(subject->second.times).median / time.median);
      }
      fmt::print("{:<16}{:<8}{:>10.1f}{:>10.1f}{:>10.1f}{:>8}\n",
                 entry == sorted.front() ? what : "", entry->first, time.median,
                 time.min, time.max, ratio);
    }
  }

  std::string subject_;
  groups groups_;
};

/// A main for Google Benchmark: rounds in random order, and the table above
/// unless another format is asked for.
inline int run_with_ratios(int argc, char** argv, const char* subject) {
  std::vector<std::string> words = {
      argv[0], "--benchmark_repetitions=5", "--benchmark_min_time=0.05",
      "--benchmark_enable_random_interleaving=true"};
  bool format = false;
  for (int i = 1; i < argc; ++i) {
    words.emplace_back(argv[i]);
    format = format || words.back().starts_with("--benchmark_format") ||
             words.back().starts_with("--benchmark_list_tests");
  }
  std::vector<char*> pointers;
  for (std::string& word : words) pointers.push_back(word.data());
  int count = static_cast<int>(pointers.size());
  benchmark::Initialize(&count, pointers.data());
  if (benchmark::ReportUnrecognizedArguments(count, pointers.data())) return 2;
  if (format) {
    benchmark::RunSpecifiedBenchmarks();
    return 0;
  }
  fmt::print(stderr, "Measuring for a while...\n");
  ratio_reporter reporter(subject);
  const std::size_t run = benchmark::RunSpecifiedBenchmarks(&reporter);
  if (run > 0) {
    fmt::print(
        "Of {} rounds in random order on one CPU; × is {}'s time as a ratio to "
        "this one's.\n",
        reporter.rounds(), subject);
  }
  return run > 0 ? 0 : 1;
}

}  // namespace benchmarks
