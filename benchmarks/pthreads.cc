// SPDX-License-Identifier: MIT
// pthreads: what green's calls of pthread.h cost beside the original ones

#include <fmt/core.h>
#include <time.h>

#include <cstddef>
#include <cstdint>
#include <exception>
#include <string>
#include <utility>
#include <vector>

#include "benchmarks/arguments.h"
#include "benchmarks/clock.h"
#include "benchmarks/output.h"
#include "benchmarks/pthreads/games.h"
#include "benchmarks/report.h"
#include "benchmarks/results.h"

namespace {

using benchmarks::spread;
using benchmarks::pthreads::comparison;
using std::size_t;
using std::string;

constexpr const char* usage = R"(usage: pthreads [OPTIONS]
  --rounds N     of each, in turns (7)
  --steps F      F times the usual number of steps (1)
  --only TEXT    the rows that have it in their names
  --out DIR      for the picture ($TMPDIR or /tmp)
)";

constexpr const char* picture_name = "green-pthreads";

struct plan {
  int rounds;
  double steps;
  string only, out;
};

// Nanoseconds a step: those that pass, and those of all CPUs.
struct times {
  std::vector<double> passed, used;
};

struct row {
  const comparison* what;
  times green = {}, original = {};
};

void play(void (*game)(long), long steps, times& to) {
  const auto each = [steps](std::int64_t nanoseconds) {
    return static_cast<double>(nanoseconds) / static_cast<double>(steps);
  };
  const std::int64_t start = benchmarks::steady_now();
  const std::int64_t used = benchmarks::clock_ns(CLOCK_PROCESS_CPUTIME_ID);
  game(steps);
  to.used.push_back(
      each(benchmarks::clock_ns(CLOCK_PROCESS_CPUTIME_ID) - used));
  to.passed.push_back(each(benchmarks::steady_now() - start));
}

std::vector<row> measure(const plan& p) {
  std::vector<row> rows;
  for (const comparison& c : benchmarks::pthreads::comparisons()) {
    if (string(c.name).find(p.only) != string::npos) rows.push_back({&c});
  }
  if (rows.empty()) throw benchmarks::bad_usage("--only: no such row");
  for (int round = 0; round < p.rounds; ++round) {
    for (row& r : rows) {
      const auto steps =
          static_cast<long>(static_cast<double>(r.what->steps) * p.steps) + 1;
      play(r.what->green, steps, r.green);
      play(r.what->original, steps, r.original);
    }
  }
  return rows;
}

using benchmarks::spread_of;

string cell(const std::vector<double>& values) {
  const spread s = spread_of(values);
  return fmt::format("{:.0f} ({:.0f}-{:.0f})", s.median, s.min, s.max);
}

double ratio(const std::vector<double>& a, const std::vector<double>& b) {
  return spread_of(a).median / spread_of(b).median;
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

string label(double value) { return fmt::format("{:.0f}", value); }

benchmarks::chart picture_of(const std::vector<row>& rows) {
  benchmarks::chart picture;
  picture.title = "Nanoseconds a step of pthread.h, green and the original";
  picture.subtitle = benchmarks::machine();
  picture.axis = "step";
  picture.bars = {{"green", 0}, {"the original", 1}};
  benchmarks::chart_panel panel;
  panel.title = "nanoseconds";
  panel.logarithmic = true;
  panel.label = label;
  for (const row& r : rows) {
    picture.groups.emplace_back(r.what->brief);
    panel.values.push_back({spread_of(r.green.passed).median,
                            spread_of(r.original.passed).median});
  }
  picture.panels.push_back(std::move(panel));
  return picture;
}

int run(int argc, char** argv) {
  benchmarks::arguments given(argc, argv);
  if (given.flag("--help")) {
    fmt::print("{}", usage);
    return 0;
  }
  const plan p = {given.number<int>("--rounds", 1, 1000).value_or(7),
                  given.number<double>("--steps", 0.0001, 1000).value_or(1),
                  given.value("--only").value_or(""),
                  given.value("--out").value_or(benchmarks::default_folder())};
  if (!given.positional().empty()) {
    throw benchmarks::bad_usage("pthreads takes options alone");
  }
  benchmarks::prepare_pictures(p.out, picture_name);
  const std::vector<row> rows = measure(p);
  print(rows);
  benchmarks::write_picture(picture_of(rows), p.out, picture_name);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run(argc, argv);
  } catch (const benchmarks::bad_usage& e) {
    fmt::print(stderr, "pthreads: {}\n{}", e.what(), usage);
    return 2;
  } catch (const std::exception& e) {
    fmt::print(stderr, "pthreads: {}\n", e.what());
    return 1;
  }
}
