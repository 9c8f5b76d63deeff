// SPDX-License-Identifier: MIT
// sleep: how late a sleep ends, beside nanosleep(2) of a thread

#include <fmt/core.h>

#include <cstdint>
#include <cstdio>
#include <functional>
#include <vector>

#include "benchmarks/arguments.h"
#include "benchmarks/clock.h"
#include "benchmarks/histogram.h"
#include "green/green.h"
#include "green/greenlet.h"
#include "green/time.h"

namespace {

using benchmarks::histogram;
using benchmarks::steady_now;

constexpr std::int64_t lengths_us[] = {50, 1'000, 10'000};

struct lateness {
  histogram late;
  int early = 0;

  void record(std::int64_t start, std::int64_t length) {
    const std::int64_t ns = steady_now() - start - length;
    if (ns < 0) ++early;
    late.record(ns);
  }
};

timespec of(std::int64_t ns) {
  return {ns / benchmarks::second, ns % benchmarks::second};
}

green::task<> sleep_green(std::int64_t length, int count, lateness& to) {
  const timespec time = of(length);
  for (int i = 0; i < count; ++i) {
    const std::int64_t start = steady_now();
    co_await green::nanosleep(&time, nullptr);
    to.record(start, length);
  }
}

// Several at once, on one thread.
green::task<> sleep_many(int sleepers, std::int64_t length, int count,
                         lateness& to) {
  std::vector<green::greenlet<>> all;
  for (int i = 0; i < sleepers; ++i) {
    all.push_back(green::spawn(sleep_green, length, count, std::ref(to)));
  }
  co_await green::joinall(all);
}

void sleep_thread(std::int64_t length, int count, lateness& to) {
  const timespec time = of(length);
  for (int i = 0; i < count; ++i) {
    const std::int64_t start = steady_now();
    ::nanosleep(&time, nullptr);
    to.record(start, length);
  }
}

void print(const char* who, int sleepers, std::int64_t length,
           const lateness& l) {
  const auto us = [](std::uint64_t ns) {
    return static_cast<double>(ns) / 1'000;
  };
  fmt::print("{:>8} us {:>8} {:<10} {:>9.1f} {:>9.1f} {:>9.1f} {:>6}\n",
             length / 1'000, sleepers, who, us(l.late.percentile(0.5)),
             us(l.late.percentile(0.99)), us(l.late.max()), l.early);
}

// In turns, so that what else the machine does hits both alike.
void compare(std::int64_t length, int rounds) {
  constexpr int in_a_round = 20;
  lateness one, thread, many;
  for (int i = 0; i < rounds; ++i) {
    green::run(sleep_green, length, in_a_round, std::ref(one));
    sleep_thread(length, in_a_round, thread);
    green::run(sleep_many, 100, length, 1, std::ref(many));
  }
  print("green", 1, length, one);
  print("nanosleep", 1, length, thread);
  print("green", 100, length, many);
}

}  // namespace

int main(int argc, char** argv) {
  try {
    benchmarks::arguments given(argc, argv);
    const int rounds = given.number("--rounds", 1, 10'000).value_or(20);
    if (!given.positional().empty()) {
      throw benchmarks::bad_usage("takes no names");
    }
    fmt::print("{:>11} {:>8} {:<10} {:>9} {:>9} {:>9} {:>6}\n", "sleep",
               "together", "who", "p50 us", "p99 us", "max us", "early");
    for (const std::int64_t us : lengths_us) compare(us * 1'000, rounds);
  } catch (const benchmarks::bad_usage& e) {
    fmt::print(stderr, "sleep: {}\nusage: sleep [--rounds N]\n", e.what());
    return 2;
  }
}
