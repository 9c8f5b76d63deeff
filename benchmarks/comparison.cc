// SPDX-License-Identifier: MIT
#include "benchmarks/comparison.h"

#include <poll.h>

#include <algorithm>
#include <exception>
#include <functional>
#include <stdexcept>
#include <utility>

#include <fmt/core.h>
#include "benchmarks/clock.h"
#include "benchmarks/interrupt.h"
#include "benchmarks/load_generator.h"
#include "benchmarks/server_process.h"

namespace benchmarks {
namespace {

constexpr double time_limit = 50;  // seconds, for all measurements together
constexpr double grace = 4;        // by which the last one may be longer
constexpr double longest = 2;
constexpr double shortest = 0.25;

// What a measurement takes besides the measured time: start, connections,
// warm-up, the last echoes.
double overhead(unsigned connections) {
  return 0.5 + static_cast<double>(connections) / 2'500;
}

// Shares what is left of the time among the measurements that are left.
class time_budget {
 public:
  explicit time_budget(const comparison_plan& plan)
      : plan_(plan), end_(steady_now() + nanoseconds(time_limit)) {
    for (const unsigned n : plan.connections) {
      left_ +=
          static_cast<double>(plan.repeat * plan.servers.size()) * weight(n);
    }
  }

  /// When even a measurement that takes longer than expected has to end.
  std::int64_t deadline() const {
    return plan_.seconds ? 0 : end_ + nanoseconds(grace);
  }

  /// How long to measure now; nothing when the time is used up.
  std::optional<double> next(unsigned connections) {
    if (plan_.seconds) return plan_.seconds;
    const double time = static_cast<double>(end_ - steady_now()) / 1e9;
    if (time < 1) return std::nullopt;
    const double share = time * weight(connections) / left_;
    left_ -= weight(connections);
    return std::clamp(share - overhead(connections), shortest, longest);
  }

 private:
  static double weight(unsigned connections) {
    return longest + overhead(connections);
  }

  const comparison_plan& plan_;
  std::int64_t end_;
  double left_ = 0;
};

load_options options_for(const comparison_plan& plan,
                         const server_process& server, unsigned connections) {
  load_options options;
  options.port = server.port();
  options.connections = connections;
  options.size = plan.size;
  options.talk = plan.talk;
  options.warmup = plan.warmup;
  return options;
}

double per(double total, unsigned count) {
  return std::max(0.0, total) / static_cast<double>(count);
}

void fill(sample& s, const load_result& load) {
  s.requests = static_cast<double>(load.requests);
  s.per_second = load.per_second;
  s.p50 = load.p50;
  s.p90 = load.p90;
  s.p99 = load.p99;
  s.max = load.max;
  s.load_busy = load.busy;
  s.errors = static_cast<double>(load.errors);
  s.failure = load.first_error;
}

void wait_until(const std::function<bool()>& done, double seconds) {
  const std::int64_t limit = steady_now() + nanoseconds(seconds);
  while (!done() && steady_now() < limit && !interrupted()) {
    poll(nullptr, 0, 20);
  }
}

// That the server died says more than how the load program noticed.
void unless_dead(server_process& server, const std::function<void()>& load) {
  const auto check = [&] {
    if (const auto end = server.ended(); end && !interrupted()) {
      throw std::runtime_error("the server died: " + *end);
    }
  };
  try {
    load();
  } catch (const out_of_time&) {
    throw;
  } catch (const std::exception&) {
    wait_until([&] { return server.ended().has_value(); }, 0.3);
    check();
    throw;
  }
  check();
}

sample measure(const comparison_plan& plan, const server_program& program,
               unsigned connections, double seconds, std::int64_t deadline,
               progress_line& progress) {
  sample s;
  server_process server(program.path, plan.server_cpu, program.backend);
  load_options options = options_for(plan, server, connections);
  options.seconds = seconds;
  options.deadline = deadline;
  double cpu = 0;
  load_hooks hooks;
  hooks.window_opens = [&] { cpu = -static_cast<double>(server.cpu_time()); };
  hooks.window_closes = [&] { cpu += static_cast<double>(server.cpu_time()); };
  hooks.progress = [&](const char* doing, double share) {
    progress.show(doing, share);
  };
  load_generator load(options, hooks);
  wait_until(interrupted, 0.05);  // it says where it listens before it waits
  const process_memory before = server.memory();
  load_result result;
  unless_dead(server, [&] {
    load.connect();
    result = load.run();
  });
  fill(s, result);
  const process_memory after = server.memory();
  if (result.requests > 0) {
    s.cpu = cpu / 1e3 / static_cast<double>(result.requests);
    s.server_busy = cpu / 1e9 / result.seconds;
  }
  s.resident = after.resident;
  s.resident_each = per(after.resident - before.resident, connections);
  s.memory_each =
      per(after.resident + after.kernel - before.resident - before.kernel,
          connections);
  s.memory = after.resident + after.kernel;
  s.threads = after.threads;
  return s;
}

idle_sample measure_idle(const comparison_plan& plan,
                         const server_program& program, unsigned connections,
                         progress_line& progress) {
  constexpr double settle = 0.3;
  const auto never = [] { return false; };
  idle_sample s;
  server_process server(program.path, plan.server_cpu, program.backend);
  load_hooks hooks;
  hooks.progress = [&](const char* doing, double share) {
    progress.show(doing, share);
  };
  load_generator load(options_for(plan, server, connections), hooks);
  wait_until(never, settle);
  const process_memory before = server.memory();
  const double system_before = system_memory();
  const std::size_t descriptors = server.descriptors() + connections;
  unless_dead(server, [&] { load.connect(/*greet=*/false); });
  wait_until([&] { return server.descriptors() >= descriptors; }, 15);
  wait_until(never, settle);
  const process_memory connected = server.memory();
  unless_dead(server, [&] { load.exchange(); });
  wait_until(never, settle);
  const process_memory after = server.memory();
  s.system_each = per(system_memory() - system_before, connections);
  const std::int64_t cpu = server.cpu_time();
  wait_until(never, 1);
  s.cpu = static_cast<double>(server.cpu_time() - cpu) / 1e6;
  s.errors = static_cast<double>(load.errors());
  s.failure = load.first_error();
  const double start = before.resident;
  s.resident = after.resident;
  s.resident_connected = per(connected.resident - start, connections);
  s.resident_each = per(after.resident - start, connections);
  s.memory_each =
      per(after.resident + after.kernel - start - before.kernel, connections);
  s.threads = after.threads;
  return s;
}

// Calls measure(program, connections) for every server, in turns.
template <class Sample, class Measure>
std::vector<series<Sample>> in_turns(const comparison_plan& plan,
                                     progress_line& progress, Measure measure) {
  std::vector<series<Sample>> results;
  for (const unsigned n : plan.connections) {
    const std::size_t first = results.size();
    for (const server_program& program : plan.servers) {
      results.push_back({program.name, n, {}});
    }
    for (unsigned round = 0; round < plan.repeat; ++round) {
      for (std::size_t i = 0; i < plan.servers.size(); ++i) {
        if (interrupted()) return results;
        const server_program& program = plan.servers[i];
        progress.begin(fmt::format("{} connections, {}", n, program.name));
        progress.show("starting", 0);
        Sample s;
        try {
          s = measure(program, n);
        } catch (const out_of_time& error) {
          s.failure = error.what();
        } catch (const std::exception& error) {
          if (interrupted()) return results;
          s.failure = error.what();
          s.errors = 1;
        }
        if (interrupted()) return results;
        if (!s.failure.empty()) {
          progress.say(fmt::format("{}, {} connections: {}", program.name, n,
                                   s.failure));
        }
        results[first + i].rounds.push_back(std::move(s));
      }
    }
  }
  return results;
}

}  // namespace

std::vector<series<sample>> compare(const comparison_plan& plan,
                                    progress_line& progress) {
  time_budget budget(plan);
  return in_turns<sample>(
      plan, progress, [&](const server_program& program, unsigned n) {
        const auto seconds = budget.next(n);
        if (!seconds) throw out_of_time("no time was left");
        const sample s =
            measure(plan, program, n, *seconds, budget.deadline(), progress);
        progress.end(fmt::format("{:.0f} requests/s, {:.0f} errors",
                                 s.per_second, s.errors));
        return s;
      });
}

std::vector<series<idle_sample>> compare_idle(const comparison_plan& plan,
                                              progress_line& progress) {
  return in_turns<idle_sample>(
      plan, progress, [&](const server_program& program, unsigned n) {
        const idle_sample s = measure_idle(plan, program, n, progress);
        progress.end(fmt::format("{:.2f} KiB per connection, {:.0f} errors",
                                 s.resident_each, s.errors));
        return s;
      });
}

}  // namespace benchmarks
