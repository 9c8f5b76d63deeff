// SPDX-License-Identifier: MIT
// cores: an echo server on one hub, and on a hub for each CPU

#include <fmt/core.h>

#include <cstdio>
#include <exception>
#include <filesystem>
#include <string>
#include <vector>

#include "benchmarks/arguments.h"
#include "benchmarks/chart.h"
#include "benchmarks/comparison.h"
#include "benchmarks/cores/contention.h"
#include "benchmarks/interrupt.h"
#include "benchmarks/machine.h"
#include "benchmarks/output.h"
#include "benchmarks/report.h"

namespace {

using benchmarks::comparison_plan;
using benchmarks::sample;
using benchmarks::series;
using benchmarks::spread;
namespace fs = std::filesystem;

constexpr const char* picture_name = "green-cores";

constexpr const char* usage = R"(usage: cores [OPTIONS]
  --connections N  at once (64)
  --seconds S      for each measurement (2)
  --repeat N       rounds, of which the medians and extremes are shown (5)
  --out DIR        for the pictures ($TMPDIR or /tmp)

The load runs on the last CPU. One hub has the first CPU for itself. A hub for
each CPU shares the last one with the load, so that two CPUs do not give twice
the requests: the server's CPU for a request tells whether hubs hinder each
other.
)";

struct way {
  const char* name;
  int cpu;  // -1: all
  series<sample> results = {};
};

std::string server_path() {
  const fs::path own = fs::read_symlink("/proc/self/exe");
  return own.parent_path() / "echo_hubs";
}

void measure(way& w, comparison_plan plan, unsigned round) {
  plan.server_cpu = w.cpu;
  plan.servers = {{w.name, server_path()}};
  benchmarks::progress_line progress(1);
  const auto all = benchmarks::compare(plan, progress);
  progress.clear();
  for (const sample& s : all.front().rounds) {
    if (!s.failure.empty()) {
      throw std::runtime_error(fmt::format("{}: {}", w.name, s.failure));
    }
    w.results.rounds.push_back(s);
  }
  fmt::print(stderr, "round {}: {}\n", round + 1, w.name);
}

std::string with_spread(const spread& s, int digits) {
  return fmt::format("{:.{}f} ({:.{}f}-{:.{}f})", s.median, digits, s.min,
                     digits, s.max, digits);
}

void print(const std::vector<way>& ways) {
  fmt::print("{}\n{:<22} {:>28} {:>24} {:>12} {:>10}\n", benchmarks::machine(),
             "", "requests/s", "server CPU us/request", "server CPUs",
             "load CPUs");
  for (const way& w : ways) {
    const auto of = [&](double sample::* value) {
      return spread_of(w.results, value);
    };
    fmt::print("{:<22} {:>28} {:>24} {:>12.2f} {:>10.2f}\n", w.name,
               with_spread(of(&sample::per_second), 0),
               with_spread(of(&sample::cpu), 2),
               of(&sample::server_busy).median, of(&sample::load_busy).median);
  }
}

std::string whole(double value) { return fmt::format("{:.0f}", value); }
std::string tenths(double value) { return fmt::format("{:.1f}", value); }

benchmarks::chart picture_of(const std::vector<way>& ways, unsigned n) {
  benchmarks::chart picture;
  picture.title = "Echo server on one hub, and on a hub for each CPU";
  picture.subtitle = benchmarks::machine();
  picture.axis = "connections";
  picture.groups = {benchmarks::grouped(n)};
  picture.panels = {
      {"Requests per second (more is better)", false, whole, {}},
      {"Server CPU per request, µs (less is better)", false, tenths, {}}};
  picture.panels[0].values.emplace_back();
  picture.panels[1].values.emplace_back();
  for (const way& w : ways) {
    picture.bars.push_back({w.name, picture.bars.size()});
    picture.panels[0].values[0].push_back(
        spread_of(w.results, &sample::per_second).median);
    picture.panels[1].values[0].push_back(
        spread_of(w.results, &sample::cpu).median);
  }
  return picture;
}

int run(int argc, char** argv) {
  benchmarks::arguments given(argc, argv);
  comparison_plan plan;
  const unsigned connections =
      given.number<unsigned>("--connections", 1, 100'000).value_or(64);
  plan.connections = {connections};
  plan.seconds = given.number("--seconds", 0.05, 3'600.0).value_or(2);
  const unsigned rounds =
      given.number<unsigned>("--repeat", 1, 1'000).value_or(5);
  const std::string out =
      given.value("--out").value_or(benchmarks::default_folder());
  if (!given.positional().empty()) {
    throw benchmarks::bad_usage("not an option: " + given.positional().front());
  }
  benchmarks::prepare_pictures(out, picture_name);
  benchmarks::raise_descriptor_limit();
  benchmarks::catch_interrupts();
  const std::vector<int> cpus = benchmarks::allowed_cpus();
  plan.load_cpu = cpus.back();
  std::vector<way> ways = {{"one hub", cpus.front()},
                           {"a hub for each CPU", -1}};
  for (unsigned round = 0; round < rounds; ++round) {
    for (way& w : ways) {
      measure(w, plan, round);
      if (benchmarks::interrupted()) return 128 + benchmarks::interrupt_signal;
    }
  }
  print(ways);
  benchmarks::print_contention(rounds);
  benchmarks::write_picture(picture_of(ways, connections), out, picture_name);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (benchmarks::arguments(argc, argv).flag("--help")) {
    fmt::print("{}", usage);
    return 0;
  }
  try {
    return run(argc, argv);
  } catch (const benchmarks::bad_usage& error) {
    fmt::print(stderr, "cores: {}\n{}", error.what(), usage);
    return 2;
  } catch (const std::exception& error) {
    fmt::print(stderr, "cores: {}\n", error.what());
    return 1;
  }
}
