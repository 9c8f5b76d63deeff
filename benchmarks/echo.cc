// SPDX-License-Identifier: MIT
// echo: compares green's echo server with a thread for each connection

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include <fmt/core.h>
#include "benchmarks/arguments.h"
#include "benchmarks/chart.h"
#include "benchmarks/comparison.h"
#include "benchmarks/interrupt.h"
#include "benchmarks/machine.h"
#include "benchmarks/output.h"
#include "benchmarks/report.h"

namespace {

using benchmarks::bad_usage;
using benchmarks::comparison_plan;
namespace fs = std::filesystem;

constexpr const char* picture_name = "green-echo";

constexpr const char* usage = R"(usage: echo [OPTIONS]
  --servers LIST      of green,green-epoll,blocking,epoll,uring,asio
                      (green,blocking)
  --connections LIST  at once (1,64,1000,10000)
  --size BYTES        of a message (64)
  --seconds S         for each measurement (at most 2, all within a minute)
  --repeat N          rounds, of which the medians and extremes are shown (1)
  --baseline NAME     what ratios are to (blocking, or the first server)
  --cpus SERVER,LOAD  the CPUs to use (the first two)
  --idle N            measure the memory of N idle connections instead
  --out DIR           for the pictures ($TMPDIR or /tmp)
  --json FILE         everything that was measured
  --bin-dir DIR       where the servers are
  --quick             1 and 64 connections, half a second each
)";

struct known_server {
  const char* name;
  const char* path;  // below the folder of binaries
  const char* title;
  const char* backend = "";
};

constexpr known_server known_servers[] = {
    {"green", "examples/echo_server", "green"},
    {"blocking", "examples/echo_server_blocking", "thread for each connection"},
    {"epoll", "benchmarks/echo_epoll", "raw epoll"},
    {"uring", "benchmarks/echo_uring", "raw io_uring"},
    {"asio", "benchmarks/echo_asio", "asio coroutines"},
    {"green-epoll", "examples/echo_server", "green on epoll", "epoll"},
};

const known_server* find_known(const std::string& name) {
  for (const known_server& server : known_servers) {
    if (server.name == name) return &server;
  }
  return nullptr;
}

struct settings {
  comparison_plan plan;
  std::string baseline;
  std::string out;
  std::string json;
  bool idle = false;
};

void choose_cpus(comparison_plan& plan,
                 const std::optional<std::string>& given) {
  const std::vector<int> allowed = benchmarks::allowed_cpus();
  plan.server_cpu = allowed.front();
  plan.load_cpu = allowed.size() > 1 ? allowed[1] : allowed.front();
  if (!given) return;
  const auto parts = benchmarks::parse_list("--cpus", *given);
  if (parts.size() != 2) throw bad_usage("--cpus: two numbers are needed");
  std::vector<int> cpus;
  for (const std::string& part : parts) {
    const int cpu = benchmarks::parse_number("--cpus", part, 0, 1023);
    if (std::find(allowed.begin(), allowed.end(), cpu) == allowed.end()) {
      throw bad_usage(fmt::format("--cpus: CPU {} cannot be used here", cpu));
    }
    cpus.push_back(cpu);
  }
  plan.server_cpu = cpus[0];
  plan.load_cpu = cpus[1];
}

std::string find_program(const std::optional<std::string>& bin_dir,
                         const known_server& server) {
  const fs::path own = fs::read_symlink("/proc/self/exe");
  const fs::path root =
      bin_dir ? fs::path(*bin_dir) : own.parent_path().parent_path();
  const fs::path path = server.path;
  for (const fs::path& candidate : {root / path, root / path.filename()}) {
    if (access(candidate.c_str(), X_OK) == 0) return fs::absolute(candidate);
  }
  throw std::runtime_error(fmt::format("the server {} is not there: {}",
                                       server.name, (root / path).string()));
}

void choose_servers(comparison_plan& plan, const std::string& list,
                    const std::optional<std::string>& bin_dir) {
  for (const std::string& name : benchmarks::parse_list("--servers", list)) {
    const known_server* known = find_known(name);
    if (known == nullptr) {
      throw bad_usage(fmt::format("--servers: not a server: '{}'", name));
    }
    for (const auto& other : plan.servers) {
      if (other.name == name) {
        throw bad_usage(fmt::format("--servers: {} is there twice", name));
      }
    }
    plan.servers.push_back(
        {name, find_program(bin_dir, *known), known->backend});
  }
}

void choose_connections(comparison_plan& plan, const std::string& list) {
  auto& all = plan.connections;
  for (const std::string& part :
       benchmarks::parse_list("--connections", list)) {
    const auto n =
        benchmarks::parse_number<unsigned>("--connections", part, 1, 1'000'000);
    if (std::find(all.begin(), all.end(), n) == all.end()) all.push_back(n);
  }
}

std::string choose_baseline(const comparison_plan& plan,
                            const std::optional<std::string>& given) {
  const std::string wanted = given.value_or("blocking");
  for (const auto& server : plan.servers) {
    if (server.name == wanted) return wanted;
  }
  if (given) {
    throw bad_usage(fmt::format("--baseline: not measured: '{}'", wanted));
  }
  return plan.servers.front().name;
}

settings parse(int argc, char** argv) {
  settings s;
  comparison_plan& plan = s.plan;
  benchmarks::arguments given(argc, argv);
  const bool quick = given.flag("--quick");
  const auto servers = given.value("--servers");
  const auto connections = given.value("--connections");
  const auto baseline = given.value("--baseline");
  const auto cpus = given.value("--cpus");
  const auto idle = given.number<unsigned>("--idle", 1, 1'000'000);
  const auto bin_dir = given.value("--bin-dir");
  plan.size = given.number<std::size_t>("--size", 1, 1 << 24).value_or(64);
  plan.seconds = given.number("--seconds", 0.05, 3'600.0);
  const auto repeat = given.number<unsigned>("--repeat", 1, 1'000);
  plan.repeat = repeat.value_or(1);
  s.out = given.value("--out").value_or(benchmarks::default_folder());
  s.json = given.value("--json").value_or("");
  if (!given.positional().empty()) {
    throw bad_usage("not an option: " + given.positional().front());
  }
  choose_connections(plan,
                     connections.value_or(quick ? "1,64" : "1,64,1000,10000"));
  s.idle = idle.has_value();
  if (idle) plan.connections = {*idle};
  if (quick) plan.warmup = 0.2;
  if (quick && !plan.seconds) plan.seconds = 0.5;
  if (repeat && !plan.seconds) plan.seconds = 2;
  choose_cpus(plan, cpus);
  choose_servers(plan, servers.value_or("green,blocking"), bin_dir);
  s.baseline = choose_baseline(plan, baseline);
  return s;
}

// Fewer connections where the system does not allow as many.
void limit_connections(comparison_plan& plan) {
  unsigned most = benchmarks::raise_descriptor_limit();
  const char* limit = "ulimit -n";
  const bool threads =
      std::any_of(plan.servers.begin(), plan.servers.end(),
                  [](const auto& s) { return s.name == "blocking"; });
  if (threads && benchmarks::thread_limit() < most) {
    most = benchmarks::thread_limit();
    limit = "the limit of threads";
  }
  for (unsigned& n : plan.connections) {
    if (n <= most) continue;
    fmt::print(stderr, "{} connections instead of {}: {} allows no more.\n",
               most, n, limit);
    n = most;
  }
  auto& all = plan.connections;
  all.erase(std::unique(all.begin(), all.end()), all.end());
}

std::string short_number(double value) {
  if (value >= 99'950) return fmt::format("{:.0f}k", value / 1e3);
  if (value >= 1'000) return fmt::format("{:.1f}k", value / 1e3);
  return fmt::format("{:.0f}", value);
}

std::string short_time(double us) {
  if (us >= 999'500) return fmt::format("{:.1f} s", us / 1e6);
  if (us >= 99'950) return fmt::format("{:.0f} ms", us / 1e3);
  if (us >= 1'000) return fmt::format("{:.1f} ms", us / 1e3);
  return fmt::format("{:.0f} µs", us);
}

std::string microseconds(double us) { return fmt::format("{:.1f}", us); }

std::string short_memory(double kib) {
  return fmt::format("{:.{}f}", kib / 1024, kib < 10'235 ? 1 : 0);
}

benchmarks::chart make_chart(
    const settings& s,
    const std::vector<benchmarks::series<benchmarks::sample>>& results) {
  using benchmarks::sample;
  benchmarks::chart picture;
  picture.title = fmt::format("Echo servers, {}-byte messages", s.plan.size);
  picture.subtitle = fmt::format(
      "{}; server on CPU {}, load on CPU {}{}", benchmarks::machine(),
      s.plan.server_cpu, s.plan.load_cpu,
      s.plan.repeat > 1 ? fmt::format("; medians of {} rounds", s.plan.repeat)
                        : "");
  picture.axis = "connections";
  for (const auto& server : s.plan.servers) {
    const known_server* known = find_known(server.name);
    picture.bars.push_back(
        {known->title, static_cast<std::size_t>(known - known_servers)});
  }
  for (const unsigned n : s.plan.connections) {
    picture.groups.push_back(benchmarks::grouped(n));
  }
  const auto add = [&](const char* title, double sample::* value, bool log,
                       std::string (*label)(double)) {
    benchmarks::chart_panel panel = {title, log, label, {}};
    for (std::size_t i = 0; i < results.size(); ++i) {
      if (i % picture.bars.size() == 0) panel.values.emplace_back();
      panel.values.back().push_back(spread_of(results[i], value).median);
    }
    picture.panels.push_back(std::move(panel));
  };
  add("Requests per second (more is better)", &sample::per_second, false,
      short_number);
  add("Server CPU per request, µs (less is better)", &sample::cpu, false,
      microseconds);
  add("Latency p99, logarithmic (less is better)", &sample::p99, true,
      short_time);
  add("Server's resident memory, MiB (less is better)", &sample::resident,
      false, short_memory);
  return picture;
}

int run(settings& s) {
  limit_connections(s.plan);
  if (!s.idle) benchmarks::prepare_pictures(s.out, picture_name);
  if (!s.json.empty()) benchmarks::check_writable(s.json);
  benchmarks::catch_interrupts();
  benchmarks::pin_to_cpu(s.plan.load_cpu);
  benchmarks::progress_line progress(static_cast<unsigned>(
      s.plan.servers.size() * s.plan.connections.size() * s.plan.repeat));
  const benchmarks::other_programs others;
  double errors = 0;
  const auto report = [&](const auto& results) {
    progress.clear();
    if (benchmarks::interrupted()) return;
    errors = total_errors(results);
    fmt::print("{}", table(s.plan, s.baseline, results));
    if (others.usage() > 0.1) {
      fmt::print(
          "Other programs used {:.0f} % of a CPU meanwhile, so requests/s and "
          "latencies are\nless than they could be; try --repeat 5 on an idle "
          "machine.\n",
          others.usage() * 100);
    }
    std::fflush(stdout);
    if (!s.json.empty()) {
      benchmarks::write_file(s.json, json(s.plan, s.baseline, results));
    }
  };
  if (s.idle) {
    report(compare_idle(s.plan, progress));
  } else {
    const auto results = compare(s.plan, progress);
    report(results);
    if (!benchmarks::interrupted()) {
      benchmarks::write_picture(make_chart(s, results), s.out, picture_name);
    }
  }
  if (benchmarks::interrupted()) return 128 + benchmarks::interrupt_signal;
  if (errors == 0) return 0;
  fmt::print(stderr, "echo: {:.0f} error{}\n", errors, errors == 1 ? "" : "s");
  return 1;
}

}  // namespace

int main(int argc, char** argv) {
  if (benchmarks::arguments(argc, argv).flag("--help")) {
    fmt::print("{}", usage);
    return 0;
  }
  try {
    settings s = parse(argc, argv);
    return run(s);
  } catch (const bad_usage& error) {
    fmt::print(stderr, "echo: {}\n{}", error.what(), usage);
    return 2;
  } catch (const std::exception& error) {
    fmt::print(stderr, "echo: {}\n", error.what());
    return 1;
  }
}
