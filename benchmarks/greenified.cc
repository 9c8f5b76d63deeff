// SPDX-License-Identifier: MIT
// greenified: four blocking servers beside their green twins, by tool and hand

#include <unistd.h>

#include <cmath>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <fmt/core.h>
#include "benchmarks/arguments.h"
#include "benchmarks/chart.h"
#include "benchmarks/comparison.h"
#include "benchmarks/interrupt.h"
#include "benchmarks/machine.h"
#include "benchmarks/output.h"
#include "benchmarks/report.h"
#include "benchmarks/server_process.h"

namespace {

using benchmarks::bad_usage;
using benchmarks::comparison_plan;
using benchmarks::protocol;
using benchmarks::sample;
using std::string;
namespace fs = std::filesystem;

constexpr const char* usage = R"(usage: greenified [OPTIONS]
  --servers LIST   of socks5,http,chat,pool (all)
  --connections N  that are held, a multiple of 10 (1000)
  --seconds S      for each measurement (1)
  --rounds N       in which the versions take turns (3)
  --out DIR        for the picture ($TMPDIR or /tmp)
)";

constexpr const char* picture_name = "green-greenified";

constexpr const char* row_format =
    "{:<7}{:<9}{:>24}{:>6}{:>23}{:>6}{:>7}{:>8}\n";

// The versions of a program, as ends of their names.
constexpr const char* versions[] = {"blocking", "by_tool", "by_hand"};

struct family {
  string name;
  protocol talk;
};

string two_bytes(std::uint16_t n) {
  return {static_cast<char>(n >> 8), static_cast<char>(n & 0xff)};
}

// A tunnel to a server that echoes; both requests at once.
protocol tunnel_to(std::uint16_t port) {
  protocol p;
  p.hello = [port](unsigned) {
    return string("\5\1\0\5\1\0\1\x7f\0\0\1", 11) + two_bytes(port);
  };
  p.welcome = string("\5\0\5\0\0\1\0\0\0\0\0\0", 12);
  return p;
}

protocol posts(std::size_t size) {
  const string length = "Content-Length: " + std::to_string(size) + "\r\n\r\n";
  protocol p;
  p.before_request = "POST /echo HTTP/1.1\r\nHost: localhost\r\n" + length;
  p.before_answer = "HTTP/1.1 200 OK\r\n" + length;
  return p;
}

protocol rooms_of_ten() {
  protocol p;
  p.room = 10;
  p.hello = [](unsigned id) {
    return "room " + std::to_string(id / 10) + "\n";
  };
  p.welcome = "welcome\n";
  p.end = "\n";
  p.letters = true;
  return p;
}

protocol lines() {
  protocol p;
  p.before_answer = "ok ";
  p.end = "\n";
  p.letters = true;
  return p;
}

struct settings {
  comparison_plan plan;
  std::vector<string> families;
  string out;
};

settings parse(int argc, char** argv) {
  benchmarks::arguments given(argc, argv);
  settings s;
  comparison_plan& plan = s.plan;
  s.families = benchmarks::parse_list(
      "--servers", given.value("--servers").value_or("socks5,http,chat,pool"));
  for (const string& name : s.families) {
    if (string(",socks5,http,chat,pool,").find("," + name + ",") ==
        string::npos) {
      throw bad_usage(fmt::format("--servers: not a server: '{}'", name));
    }
  }
  const unsigned n = given.number("--connections", 10u, 1000u).value_or(1000);
  if (n % 10 != 0) {
    throw bad_usage(fmt::format("--connections: not a multiple of 10: {}", n));
  }
  plan.connections = {n};
  const std::vector<int> cpus = benchmarks::allowed_cpus();
  plan.server_cpu = cpus.front();
  plan.load_cpu = cpus.size() > 1 ? cpus[1] : cpus.front();
  plan.seconds = given.number("--seconds", 0.05, 60.0).value_or(1);
  plan.repeat = given.number("--rounds", 1u, 100u).value_or(3);
  s.out = given.value("--out").value_or(benchmarks::default_folder());
  if (!given.positional().empty()) {
    throw bad_usage("not an option: " + given.positional().front());
  }
  return s;
}

fs::path own_folder() {
  return fs::read_symlink("/proc/self/exe").parent_path();
}

using results = std::vector<benchmarks::series<sample>>;

struct row {
  string family;
  results versions;
};

std::vector<row> measure(const settings& s) {
  benchmarks::progress_line progress(
      static_cast<unsigned>(s.families.size() * std::size(versions)) *
      s.plan.repeat);
  std::vector<row> rows;
  for (const string& name : s.families) {
    // The tunnels' ends are one program, which is not measured.
    std::optional<benchmarks::server_process> echo;
    if (name == "socks5")
      echo.emplace(own_folder() / "echo_epoll", s.plan.load_cpu);
    comparison_plan plan = s.plan;
    plan.talk = name == "socks5" ? tunnel_to(echo->port())
                : name == "http" ? posts(plan.size)
                : name == "chat" ? rooms_of_ten()
                                 : lines();
    for (const char* version : versions) {
      plan.servers.push_back(
          {version, own_folder() / ("greenified_" + name + "_" + version)});
    }
    rows.push_back({name, benchmarks::compare(plan, progress)});
    if (benchmarks::interrupted()) break;
  }
  return rows;
}

string text_of(double value, int decimals) {
  if (std::isnan(value)) return "-";
  return decimals == 0 ? benchmarks::grouped(value)
                       : fmt::format("{:.{}f}", value, decimals);
}

string cell(const benchmarks::series<sample>& all, double sample::* value,
            int decimals) {
  const auto s = spread_of(all, value);
  return fmt::format("{} ({}-{})", text_of(s.median, decimals),
                     text_of(s.min, decimals), text_of(s.max, decimals));
}

void print(const row& r) {
  for (const auto& v : r.versions) {
    const auto& base = r.versions.front();
    const auto ratio = [&](double sample::* value) {
      return text_of(ratio_of(v, base, value).median, 2);
    };
    const auto median = [&](double sample::* value, double unit, int decimals) {
      return text_of(spread_of(v, value).median / unit, decimals);
    };
    fmt::print(row_format, &v == &base ? r.family : "", v.server,
               cell(v, &sample::per_second, 0), ratio(&sample::per_second),
               cell(v, &sample::cpu, 2), ratio(&sample::cpu),
               median(&sample::memory, 1024, 1),
               median(&sample::threads, 1, 0));
  }
}

void print(const std::vector<row>& rows, const comparison_plan& plan) {
  fmt::print(
      "{} held connections, {}-byte messages, {},\nserver on CPU {}, load on "
      "CPU {}.\n\n",
      plan.connections.front(), plan.size, benchmarks::machine(),
      plan.server_cpu, plan.load_cpu);
  fmt::print(row_format, "server", "version", "requests/s", "x",
             "CPU us/request", "x", "MiB", "threads");
  for (const row& r : rows) print(r);
  fmt::print(
      "\nMedians of {} rounds in turns, least and greatest behind them; x is "
      "the ratio to\nthe blocking version in the same round. MiB are the "
      "server's resident memory,\nits page tables and its threads' kernel "
      "stacks. A request of chat is a line that\nten guests have read.\n",
      plan.repeat);
}

string number(double value) {
  return value < 100 ? fmt::format("{:.1f}", value)
                     : benchmarks::grouped(value);
}

benchmarks::chart picture_of(const std::vector<row>& rows,
                             const comparison_plan& plan) {
  const unsigned n = plan.connections.front();
  benchmarks::chart picture;
  picture.title = "Blocking servers and their green twins";
  picture.subtitle =
      fmt::format("{} connections; {}", n, benchmarks::machine());
  picture.axis = "server";
  picture.bars = {{"blocking", 1}, {"by greenify", 0}, {"by hand", 2}};
  for (const row& r : rows) picture.groups.push_back(r.family);
  const auto add = [&](const char* title, double sample::* value,
                       double scale) {
    benchmarks::chart_panel panel = {title, false, number, {}};
    for (const row& r : rows) {
      std::vector<double> bars;
      for (const auto& v : r.versions) {
        bars.push_back(spread_of(v, value).median * scale);
      }
      panel.values.push_back(std::move(bars));
    }
    picture.panels.push_back(std::move(panel));
  };
  add("Requests/s (more is better)", &sample::per_second, 1);
  add("Server CPU per request, µs (less is better)", &sample::cpu, 1);
  add("Memory, MiB (less is better)", &sample::memory, 1.0 / 1024);
  add("Threads (less is better)", &sample::threads, 1);
  return picture;
}

int run(const settings& s) {
  benchmarks::prepare_pictures(s.out, picture_name);
  benchmarks::catch_interrupts();
  benchmarks::raise_descriptor_limit();
  benchmarks::pin_to_cpu(s.plan.load_cpu);
  const benchmarks::other_programs others;
  const std::vector<row> rows = measure(s);
  if (benchmarks::interrupted()) return 128 + benchmarks::interrupt_signal;
  print(rows, s.plan);
  if (others.usage() > 0.1) {
    fmt::print("Other programs used {:.0f} % of a CPU meanwhile.\n",
               others.usage() * 100);
  }
  std::fflush(stdout);
  benchmarks::write_picture(picture_of(rows, s.plan), s.out, picture_name);
  double errors = 0;
  for (const row& r : rows) errors += total_errors(r.versions);
  if (errors == 0) return 0;
  fmt::print(stderr, "greenified: {:.0f} errors\n", errors);
  return 1;
}

}  // namespace

int main(int argc, char** argv) {
  if (benchmarks::arguments(argc, argv).flag("--help")) {
    fmt::print("{}", usage);
    return 0;
  }
  try {
    return run(parse(argc, argv));
  } catch (const bad_usage& error) {
    fmt::print(stderr, "greenified: {}\n{}", error.what(), usage);
    return 2;
  } catch (const std::exception& error) {
    fmt::print(stderr, "greenified: {}\n", error.what());
    return 1;
  }
}
