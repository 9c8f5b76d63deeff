// SPDX-License-Identifier: MIT
// load: plays ping-pong with an echo server and checks every byte

#include <cstdio>
#include <exception>
#include <string>

#include <fmt/core.h>
#include "benchmarks/arguments.h"
#include "benchmarks/interrupt.h"
#include "benchmarks/load_generator.h"
#include "benchmarks/machine.h"

namespace {

constexpr const char* usage = R"(usage: load [OPTIONS] [HOST] PORT
  --connections N  connections at once (1)
  --size BYTES     of a message (64)
  --seconds S      to measure for (2)
  --requests N     to measure instead of for a time
  --warmup S       before measuring (0.3)
  --cpu C          to run on (any)
  --json           print one line of JSON
)";

struct plan {
  benchmarks::load_options load;
  int cpu = -1;
  bool json = false;
};

plan parse(int argc, char** argv) {
  plan p;
  benchmarks::arguments given(argc, argv);
  benchmarks::load_options& load = p.load;
  p.json = given.flag("--json");
  load.connections =
      given.number<unsigned>("--connections", 1, 1'000'000).value_or(1);
  load.size = given.number<std::size_t>("--size", 1, 1 << 24).value_or(64);
  load.seconds = given.number("--seconds", 0.01, 86'400.0).value_or(2);
  load.warmup = given.number("--warmup", 0.0, 3'600.0).value_or(0.3);
  load.requests =
      given.number<std::uint64_t>("--requests", 1, 1'000'000'000'000)
          .value_or(0);
  p.cpu = given.number("--cpu", 0, 1023).value_or(-1);
  const auto rest = given.positional();
  if (rest.empty() || rest.size() > 2) {
    throw benchmarks::bad_usage("a port is needed, and at most a host before");
  }
  if (rest.size() == 2) load.host = rest.front();
  load.port =
      benchmarks::parse_number<std::uint16_t>("port", rest.back(), 1, 65535);
  return p;
}

void print(const plan& p, const benchmarks::load_result& r) {
  if (p.json) {
    fmt::print(
        R"({{"connections":{},"size":{},"seconds":{:.6f},"requests":{},)"
        R"("requests_per_second":{:.1f},"p50_us":{:.3f},"p90_us":{:.3f},)"
        R"("p99_us":{:.3f},"max_us":{:.3f},"load_busy":{:.4f},)"
        R"("errors":{}}})"
        "\n",
        p.load.connections, p.load.size, r.seconds, r.requests, r.per_second,
        r.p50, r.p90, r.p99, r.max, r.busy, r.errors);
  } else {
    fmt::print(
        "{} connections, {} bytes: {:.0f} requests/s, latency p50 {:.1f} "
        "p90 {:.1f} p99 {:.1f} max {:.1f} µs, {} errors, load {:.0f} % busy\n",
        p.load.connections, p.load.size, r.per_second, r.p50, r.p90, r.p99,
        r.max, r.errors, r.busy * 100);
  }
  if (r.errors > 0) fmt::print(stderr, "load: {}\n", r.first_error);
}

int measure(const plan& p) {
  const unsigned most = benchmarks::raise_descriptor_limit();
  if (p.load.connections > most) {
    throw std::runtime_error(fmt::format(
        "ulimit -n allows {} connections, not {}", most, p.load.connections));
  }
  if (p.cpu >= 0) benchmarks::pin_to_cpu(p.cpu);
  benchmarks::catch_interrupts();
  benchmarks::load_generator generator(p.load);
  generator.connect();
  if (benchmarks::interrupted()) return 128 + benchmarks::interrupt_signal;
  const benchmarks::load_result result = generator.run();
  print(p, result);
  if (benchmarks::interrupted()) return 128 + benchmarks::interrupt_signal;
  return result.errors > 0 ? 1 : 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (benchmarks::arguments(argc, argv).flag("--help")) {
    fmt::print("{}", usage);
    return 0;
  }
  try {
    return measure(parse(argc, argv));
  } catch (const benchmarks::bad_usage& error) {
    fmt::print(stderr, "load: {}\n{}", error.what(), usage);
    return 2;
  } catch (const std::exception& error) {
    fmt::print(stderr, "load: {}\n", error.what());
    return 1;
  }
}
