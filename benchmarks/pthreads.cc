// SPDX-License-Identifier: MIT
// pthreads: what green's calls of pthread.h cost beside the original ones

#include <fmt/core.h>

#include <exception>
#include <string>
#include <utility>
#include <vector>

#include "benchmarks/arguments.h"
#include "benchmarks/output.h"
#include "benchmarks/pthreads/games.h"
#include "benchmarks/report.h"
#include "benchmarks/results.h"

namespace {

using benchmarks::spread_of;
using benchmarks::pthreads::row;
using std::string;

constexpr const char* usage = R"(usage: pthreads [OPTIONS]
  --rounds N     of each, in turns (7)
  --steps F      F times the usual number of steps (1)
  --only TEXT    the rows that have it in their names
  --out DIR      for the picture ($TMPDIR or /tmp)
)";

constexpr const char* picture_name = "green-pthreads";

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
  const benchmarks::pthreads::plan p = {
      given.number<int>("--rounds", 1, 1000).value_or(7),
      given.number<double>("--steps", 0.0001, 1000).value_or(1),
      given.value("--only").value_or("")};
  const string out =
      given.value("--out").value_or(benchmarks::default_folder());
  if (!given.positional().empty()) {
    throw benchmarks::bad_usage("pthreads takes options alone");
  }
  benchmarks::prepare_pictures(out, picture_name);
  const std::vector<row> rows =
      benchmarks::pthreads::measure(benchmarks::pthreads::comparisons(), p);
  benchmarks::pthreads::print(rows);
  benchmarks::write_picture(picture_of(rows), out, picture_name);
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
