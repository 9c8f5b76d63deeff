// SPDX-License-Identifier: MIT
// soak: the echo server under thousands of clients that misbehave, for minutes

#include <stdlib.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <functional>
#include <iterator>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include <fmt/core.h>
#include "benchmarks/arguments.h"
#include "benchmarks/clock.h"
#include "benchmarks/interrupt.h"
#include "benchmarks/machine.h"
#include "benchmarks/progress.h"
#include "benchmarks/report.h"
#include "benchmarks/server_process.h"
#include "benchmarks/soak/chaos.h"
#include "green/green.h"
#include "green/greenlet.h"

namespace {

using benchmarks::bad_usage;
using benchmarks::grouped;
using benchmarks::second;
using benchmarks::steady_now;
using namespace std::chrono_literals;
namespace fs = std::filesystem;

constexpr const char* usage = R"(usage: soak [OPTIONS]
  --connections N  clients at once (10000)
  --seconds S      to keep them at it (600)
  --seed X         of what they do (1)
  --backend NAME   of both processes' hubs, io_uring or epoll (GREEN_BACKEND's)
  --bin-dir DIR    where the server examples/echo_server is

The status is 0 if every byte came back, nothing failed that no client meant,
the server has all its descriptors back and, in runs of a minute and more, its
memory in the first and the last quarter differs by at most 2 %.
)";

constexpr unsigned quarters = 4;
constexpr double shortest_judged = 60;  // seconds: below, memory still settles
constexpr double memory_limit = 0.02;

struct settings {
  benchmarks::chaos_options clients;
  double seconds = 600;
  std::string backend;
  std::string server;
};

struct findings {
  std::size_t server_before = 0, server_after = 0;  // descriptors
  std::size_t own_before = 0, own_after = 0;
  std::vector<double> memory[quarters];  // KiB
  double seconds = 0;
  double cpu = 0;  // of the server, seconds
  bool all_ended = false;
};

std::string find_server(const std::optional<std::string>& bin_dir) {
  const fs::path own = fs::read_symlink("/proc/self/exe");
  const fs::path root =
      bin_dir ? fs::path(*bin_dir) : own.parent_path().parent_path();
  const fs::path path = root / "examples/echo_server";
  if (fs::exists(path)) return fs::absolute(path);
  throw std::runtime_error("the server is not there: " + path.string());
}

settings parse(int argc, char** argv) {
  benchmarks::arguments given(argc, argv);
  settings s;
  const unsigned wanted =
      given.number<unsigned>("--connections", 1, 1'000'000).value_or(10'000);
  s.seconds = given.number("--seconds", 1.0, 1e6).value_or(s.seconds);
  s.clients.seed =
      given.number<std::uint64_t>("--seed", 0, UINT64_MAX).value_or(1);
  s.backend = given.value("--backend").value_or("");
  const auto bin_dir = given.value("--bin-dir");
  if (!s.backend.empty() && s.backend != "io_uring" && s.backend != "epoll") {
    throw bad_usage("--backend: neither io_uring nor epoll: " + s.backend);
  }
  if (!given.positional().empty()) {
    throw bad_usage("not an option: " + given.positional().front());
  }
  const unsigned most = benchmarks::raise_descriptor_limit();
  s.clients.connections = std::min(wanted, most);
  if (most < wanted) {
    fmt::print(stderr, "{} connections instead of {}: ulimit -n.\n", most,
               wanted);
  }
  s.server = find_server(bin_dir);
  // Short runs see as many ends as long ones.
  const std::chrono::duration<double, std::milli> tenth(s.seconds * 100);
  for (auto* time : {&s.clients.arrival, &s.clients.pause}) {
    *time = std::min(
        *time, std::chrono::duration_cast<std::chrono::milliseconds>(tenth));
  }
  return s;
}

std::size_t own_descriptors() {
  return static_cast<std::size_t>(
      std::distance(fs::directory_iterator("/proc/self/fd"), {}));
}

double mean(const std::vector<double>& values) {
  double sum = 0;
  for (const double value : values) sum += value;
  return values.empty() ? 0 : sum / static_cast<double>(values.size());
}

// Looks at the server from time to time until the time is over. False when it
// has ended.
green::task<bool> watch(benchmarks::server_process& server,
                        const benchmarks::chaos& clients, double seconds,
                        std::vector<double>& memory,
                        benchmarks::progress_line& progress) {
  const std::int64_t start = steady_now();
  const std::int64_t length = benchmarks::nanoseconds(seconds);
  for (std::int64_t now = start; now < start + length; now = steady_now()) {
    if (benchmarks::interrupted()) co_return true;
    const auto ended = server.ended();
    if (ended) {
      fmt::print(stderr, "soak: the server has ended: {}\n", *ended);
      co_return false;
    }
    memory.push_back(server.memory().resident);
    progress.show(
        fmt::format("{} clients", clients.connected()),
        static_cast<double>(now - start) / static_cast<double>(length));
    co_await green::sleep(
        std::chrono::nanoseconds(std::min(second, start + length - now)));
  }
  progress.end(
      fmt::format("{} connections made, {} open, {} errors, {:.1f} MiB",
                  grouped(double(clients.account().made)), clients.connected(),
                  clients.account().errors, mean(memory) / 1024));
  co_return true;
}

// The server's handlers end some time after their clients.
green::task<std::size_t> settled_descriptors(
    const benchmarks::server_process& server, std::size_t expected) {
  for (int i = 0; i < 200 && server.descriptors() != expected; ++i) {
    co_await green::sleep(50ms);
  }
  co_return server.descriptors();
}

green::task<bool> soak(const settings& s, benchmarks::server_process& server,
                       benchmarks::chaos& clients, findings& found) {
  benchmarks::progress_line progress(quarters + 1);
  const auto count = [&] { found.server_before = server.descriptors() - 1; };
  co_await clients.try_once(count);
  found.own_before = own_descriptors();
  const std::int64_t start = steady_now();
  clients.start();
  std::vector<double> warm_up;
  progress.begin("warming up");
  bool runs =
      co_await watch(server, clients, s.seconds / 10, warm_up, progress);
  for (unsigned i = 0; runs && i < quarters; ++i) {
    progress.begin(fmt::format("quarter {}", i + 1));
    runs = co_await watch(server, clients, s.seconds * 0.9 / quarters,
                          found.memory[i], progress);
  }
  progress.clear();
  found.seconds = static_cast<double>(steady_now() - start) / 1e9;
  found.cpu = static_cast<double>(server.cpu_time()) / 1e9;
  found.all_ended = co_await clients.end(60s);
  found.server_after =
      co_await settled_descriptors(server, found.server_before);
  found.own_after = own_descriptors();
  co_return runs;
}

void row(const char* name, const std::string& value) {
  fmt::print("{:<42}{:>16}\n", name, value);
}

// What must hold, a line each; how much of it does not.
int judge(const settings& s, const benchmarks::visit_account& a,
          const findings& found) {
  int failures = 0;
  const auto check = [&](bool holds, const std::string& what) {
    if (holds) return;
    ++failures;
    fmt::print("FAILED: {}\n", what);
  };
  check(a.errors == 0, "an error that no client meant: " + a.first_error);
  check(a.sent == a.echoed, "bytes were lost or doubled");
  check(a.made == a.ordered + a.reset, "a connection has no end");
  check(found.all_ended, "clients did not end within a minute");
  check(found.server_before == found.server_after,
        "the server did not close all its descriptors");
  check(found.own_before == found.own_after,
        "the clients did not close all their descriptors");
  const double first = mean(found.memory[0]);
  const double change = mean(found.memory[quarters - 1]) / first - 1;
  check(s.seconds < shortest_judged || std::abs(change) <= memory_limit,
        fmt::format("the server's memory changed by {:+.2f} %", change * 100));
  return failures;
}

void print(const settings& s, const benchmarks::visit_account& a,
           const findings& found) {
  const auto number = [](auto n) { return grouped(static_cast<double>(n)); };
  fmt::print(
      "{}; {} clients for {:.0f} s on {}, seed {}\n\n", benchmarks::machine(),
      number(s.clients.connections), found.seconds,
      s.backend.empty() ? "the hub's own choice" : s.backend, s.clients.seed);
  row("connections made", number(a.made));
  row("  ended in order", number(a.ordered));
  row("  reset by the client", number(a.reset));
  row("clients killed at their work", number(a.killed));
  row("clients that stalled the server", number(a.stalled));
  row("bytes sent, where nobody reset", number(a.sent));
  row("bytes echoed there", number(a.echoed));
  row("bytes echoed before a reset", number(a.reset_bytes));
  row("errors that no client meant", number(a.errors));
  for (unsigned i = 0; i < quarters; ++i) {
    const double change = mean(found.memory[i]) / mean(found.memory[0]) - 1;
    row(fmt::format("server's resident MiB, quarter {}", i + 1).c_str(),
        fmt::format("{:.2f} {:+.2f} %", mean(found.memory[i]) / 1024,
                    change * 100));
  }
  row("server's descriptors, before and after",
      fmt::format("{} {}", found.server_before, found.server_after));
  row("clients' descriptors, before and after",
      fmt::format("{} {}", found.own_before, found.own_after));
  row("server's CPU seconds", fmt::format("{:.1f}", found.cpu));
}

int run(const settings& s) {
  if (!s.backend.empty()) ::setenv("GREEN_BACKEND", s.backend.c_str(), 1);
  benchmarks::catch_interrupts();
  benchmarks::server_process server(s.server, -1);
  benchmarks::chaos_options options = s.clients;
  options.port = server.port();
  benchmarks::chaos clients(options);
  findings found;
  const bool ran = green::run(soak, std::cref(s), std::ref(server),
                              std::ref(clients), std::ref(found));
  print(s, clients.account(), found);
  if (benchmarks::interrupted()) return 128 + benchmarks::interrupt_signal;
  const int failures = judge(s, clients.account(), found);
  return ran && failures == 0 ? 0 : 1;
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
    fmt::print(stderr, "soak: {}\n{}", error.what(), usage);
    return 2;
  } catch (const std::exception& error) {
    fmt::print(stderr, "soak: {}\n", error.what());
    return 1;
  }
}
