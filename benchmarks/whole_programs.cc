// SPDX-License-Identifier: MIT
// whole_programs: servers of Debian on their threads, and by green-run

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <set>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <fmt/core.h>
#include "benchmarks/arguments.h"
#include "benchmarks/chart.h"
#include "benchmarks/clock.h"
#include "benchmarks/debian_servers/asker.h"
#include "benchmarks/debian_servers/servers.h"
#include "benchmarks/debian_servers/started_server.h"
#include "benchmarks/interrupt.h"
#include "benchmarks/machine.h"
#include "benchmarks/output.h"
#include "benchmarks/progress.h"
#include "benchmarks/report.h"
#include "benchmarks/results.h"
#include "benchmarks/temporary_folder.h"

namespace {

using benchmarks::bad_usage;
using benchmarks::debian_server;
using benchmarks::sample;
using std::string;
namespace fs = std::filesystem;

constexpr const char* usage = R"(usage: whole_programs [OPTIONS]
  --servers LIST      of those that the table names (all that are installed)
  --connections LIST  at once, fewer where the server takes fewer (200,2000)
  --seconds S         for each measurement (1)
  --rounds N          in which the ways take turns (3)
  --out DIR           for the picture ($TMPDIR or /tmp)
  --quick             microsocks and tinyproxy, 20 connections, one round
)";

constexpr const char* picture_name = "green-whole-programs";

constexpr const char* row_format =
    "{:<13}{:>6} {:<18}{:>22}{:>6}{:>20}{:>6}{:>7}{:>8}\n";

struct settings {
  std::vector<const debian_server*> servers;
  std::vector<unsigned> connections;
  double seconds = 1;
  unsigned rounds = 3;
  int server_cpu = 0;
  int load_cpu = 0;
  string out;
};

bool installed(const string& program) {
  const string look = "command -v " + program + " >/dev/null";
  return std::system(look.c_str()) == 0;
}

settings parse(int argc, char** argv) {
  benchmarks::arguments given(argc, argv);
  settings s;
  const bool quick = given.flag("--quick");
  const auto names = given.value("--servers");
  const string few = "microsocks,tinyproxy";
  if (names || quick) {
    for (const string& name :
         benchmarks::parse_list("--servers", names.value_or(few))) {
      s.servers.push_back(&benchmarks::find_debian_server(name));
    }
  } else {
    for (const debian_server& each : benchmarks::debian_servers()) {
      s.servers.push_back(&each);
    }
  }
  std::erase_if(s.servers, [](const debian_server* each) {
    const bool missing = !installed(each->program);
    if (missing) fmt::print(stderr, "{} is not installed\n", each->program);
    return missing;
  });
  const string list =
      given.value("--connections").value_or(quick ? "20" : "200,2000");
  for (const string& n : benchmarks::parse_list("--connections", list)) {
    s.connections.push_back(
        benchmarks::parse_number("--connections", n, 1u, 10'000u));
  }
  s.seconds = given.number("--seconds", 0.05, 60.0).value_or(quick ? 0.3 : 1.0);
  s.rounds = given.number("--rounds", 1u, 100u).value_or(quick ? 1 : 3);
  s.out = given.value("--out").value_or(benchmarks::default_folder());
  const std::vector<int> cpus = benchmarks::allowed_cpus();
  s.server_cpu = cpus.front();
  s.load_cpu = cpus.size() > 1 ? cpus[1] : cpus.front();
  if (!given.positional().empty()) {
    throw bad_usage("not an option: " + given.positional().front());
  }
  return s;
}

string green_run() {
  const fs::path own = fs::read_symlink("/proc/self/exe").parent_path();
  return own.parent_path() / "tools/green-run/green-run";
}

sample measure(const settings& s, const debian_server& who,
               const benchmarks::way_to_run& how, unsigned n) {
  const benchmarks::temporary_folder folder;
  fs::permissions(folder.path, fs::perms::all);
  const string port = benchmarks::free_port();
  benchmarks::words command = who.command(folder.path, port);
  command.insert(command.begin(), how.before.begin(), how.before.end());
  const benchmarks::started_server server(command, port, s.server_cpu);
  benchmarks::asker load(who, port, n);
  load.open();
  const benchmarks::usage before = server.used();
  const std::int64_t start = benchmarks::steady_now();
  const auto answers = static_cast<double>(load.ask(s.seconds));
  const auto time = static_cast<double>(benchmarks::steady_now() - start) / 1e9;
  const benchmarks::usage after = server.used();
  sample result;
  result.requests = answers;
  result.per_second = answers / time;
  result.cpu = static_cast<double>(after.cpu - before.cpu) / 1e3 /
               std::max(answers, 1.0);
  result.memory = before.resident + before.kernel;
  result.threads = static_cast<double>(before.threads);
  result.errors = static_cast<double>(load.errors());
  return result;
}

struct row {
  const debian_server* who;
  unsigned connections;
  std::vector<benchmarks::series<sample>> ways;
};

// The ways take turns.
row measure(const settings& s, const debian_server& who, unsigned n,
            benchmarks::progress_line& progress) {
  auto ways = benchmarks::ways_to_run(green_run());
  ways.resize(3);
  row result{&who, n, {}};
  for (const auto& how : ways) result.ways.push_back({how.name, n, {}});
  for (unsigned round = 0; round < s.rounds; ++round) {
    for (std::size_t i = 0; i < ways.size(); ++i) {
      if (benchmarks::interrupted()) return result;
      progress.begin(
          fmt::format("{}, {} connections, {}", who.name, n, ways[i].name));
      sample one;
      try {
        one = measure(s, who, ways[i], n);
      } catch (const std::exception& error) {
        one.failure = error.what();
        one.errors = 1;
        progress.say(
            fmt::format("{}, {}: {}", who.name, ways[i].name, error.what()));
      }
      progress.end(fmt::format("{:.0f} requests/s", one.per_second));
      result.ways[i].rounds.push_back(one);
    }
  }
  return result;
}

std::vector<row> measure(const settings& s) {
  std::vector<std::pair<const debian_server*, unsigned>> all;
  for (const debian_server* who : s.servers) {
    std::set<unsigned> counts;
    for (const unsigned n : s.connections)
      counts.insert(std::min(n, who->most));
    for (const unsigned n : counts) all.emplace_back(who, n);
  }
  benchmarks::progress_line progress(static_cast<unsigned>(all.size() * 3) *
                                     s.rounds);
  std::vector<row> rows;
  for (const auto& [who, n] : all) {
    rows.push_back(measure(s, *who, n, progress));
    if (benchmarks::interrupted()) break;
  }
  return rows;
}

string text_of(double value, int decimals) {
  if (std::isnan(value)) return "-";
  return decimals == 0 ? benchmarks::grouped(value)
                       : fmt::format("{:.{}f}", value, decimals);
}

string cell(const benchmarks::series<sample>& all, double sample::* value) {
  const auto s = spread_of(all, value);
  return fmt::format("{} ({}-{})", text_of(s.median, 0), text_of(s.min, 0),
                     text_of(s.max, 0));
}

void print(const row& r) {
  for (const auto& v : r.ways) {
    const auto& base = r.ways.front();
    const bool first = &v == &base;
    const auto ratio = [&](double sample::* value) {
      return text_of(ratio_of(v, base, value).median, 2);
    };
    fmt::print(row_format, first ? r.who->name : "",
               first ? benchmarks::grouped(r.connections) : "", v.server,
               cell(v, &sample::per_second), ratio(&sample::per_second),
               cell(v, &sample::cpu), ratio(&sample::cpu),
               text_of(spread_of(v, &sample::memory).median / 1024, 1),
               text_of(spread_of(v, &sample::threads).median, 0));
  }
}

void print(const std::vector<row>& rows, const settings& s) {
  fmt::print("{}; server on CPU {}, load on CPU {}.\n\n", benchmarks::machine(),
             s.server_cpu, s.load_cpu);
  fmt::print(row_format, "server", "conns", "way", "requests/s", "x",
             "CPU us/request", "x", "MiB", "threads");
  for (const row& r : rows) print(r);
  fmt::print(
      "\nMedians of {} rounds in turns, least and greatest behind them; x is "
      "the ratio to\nreal threads in the same round. MiB are the server's "
      "resident memory, page tables\nand kernel stacks, with all connections "
      "open.\n",
      s.rounds);
}

string number(double value) {
  return value < 100 ? fmt::format("{:.1f}", value)
                     : benchmarks::grouped(value);
}

// The rows of the most connections of each server.
benchmarks::chart picture_of(const std::vector<row>& rows) {
  benchmarks::chart picture;
  picture.title = "Unmodified servers: real threads and green-run";
  picture.subtitle = benchmarks::machine();
  picture.axis = "server, connections";
  picture.bars = {{"real threads", 1}, {"green-run", 0}, {"on epoll", 5}};
  const auto add = [&](const char* title, double sample::* value) {
    benchmarks::chart_panel panel = {title, true, number, {}};
    for (const row& r : rows) {
      std::vector<double> bars;
      for (const auto& v : r.ways) bars.push_back(spread_of(v, value).median);
      panel.values.push_back(std::move(bars));
    }
    picture.panels.push_back(std::move(panel));
  };
  for (const row& r : rows) {
    picture.groups.push_back(fmt::format("{} {}", r.who->name, r.connections));
  }
  add("Requests/s, logarithmic (more is better)", &sample::per_second);
  add("CPU per request, µs, logarithmic (less is better)", &sample::cpu);
  add("Memory, KiB, logarithmic (less is better)", &sample::memory);
  add("Threads, logarithmic (less is better)", &sample::threads);
  return picture;
}

int run(const settings& s) {
  benchmarks::prepare_pictures(s.out, picture_name);
  benchmarks::catch_interrupts();
  benchmarks::raise_descriptor_limit();
  benchmarks::pin_to_cpu(s.load_cpu);
  const benchmarks::other_programs others;
  const std::vector<row> rows = measure(s);
  if (benchmarks::interrupted()) return 128 + benchmarks::interrupt_signal;
  print(rows, s);
  if (others.usage() > 0.1) {
    fmt::print("Other programs used {:.0f} % of a CPU meanwhile.\n",
               others.usage() * 100);
  }
  std::fflush(stdout);
  benchmarks::write_picture(picture_of(rows), s.out, picture_name);
  double failures = 0;
  for (const row& r : rows) {
    for (const auto& v : r.ways) {
      for (const sample& one : v.rounds) failures += one.measured() ? 0 : 1;
    }
  }
  return failures == 0 ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  if (benchmarks::arguments(argc, argv).flag("--help")) {
    fmt::print("{}", usage);
    return 0;
  }
  try {
    return run(parse(argc, argv));
  } catch (const std::invalid_argument& error) {
    fmt::print(stderr, "whole_programs: --servers: {}\n", error.what());
    return 2;
  } catch (const bad_usage& error) {
    fmt::print(stderr, "whole_programs: {}\n{}", error.what(), usage);
    return 2;
  } catch (const std::exception& error) {
    fmt::print(stderr, "whole_programs: {}\n", error.what());
    return 1;
  }
}
