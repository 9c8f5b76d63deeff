// SPDX-License-Identifier: MIT
#include "benchmarks/cores/contention.h"

#include <fmt/core.h>

#include <chrono>
#include <cstdint>
#include <mutex>
#include <thread>
#include <vector>

#include "benchmarks/results.h"
#include "green/green.h"
#include "green/hub.h"
#include "green/mutex"

namespace benchmarks {

namespace {

constexpr int locks = 200'000;  // by each thread

// The work under the lock: a few cache lines that all threads write.
struct shared_counts {
  std::uint64_t of[32] = {};
  void add() {
    for (std::uint64_t& each : of) ++each;
  }
};

template <class F>
double nanoseconds_each(unsigned threads, F f) {
  const auto start = std::chrono::steady_clock::now();
  f(threads);
  const std::chrono::duration<double, std::nano> took =
      std::chrono::steady_clock::now() - start;
  return took.count() / (locks * double(threads));
}

void by_hubs(unsigned hubs) {
  green::mutex lock;
  shared_counts counts;
  const auto work = [&]() -> green::task<> {
    for (int i = 0; i < locks; ++i) {
      co_await lock.lock();
      counts.add();
      lock.unlock();
    }
  };
  green::run(
      [&]() -> green::task<> { co_await green::run_on_each(hubs, work); });
}

void by_threads(unsigned count) {
  std::mutex lock;
  shared_counts counts;
  std::vector<std::jthread> all;
  for (unsigned i = 0; i < count; ++i) {
    all.emplace_back([&] {
      for (int k = 0; k < locks; ++k) {
        const std::lock_guard held(lock);
        counts.add();
      }
    });
  }
}

}  // namespace

void print_contention(unsigned rounds) {
  fmt::print("\nA lock for all, ns of time for each lock and unlock\n");
  fmt::print("{:<10}{:>28}{:>28}\n", "threads", "green::mutex, hubs",
             "std::mutex, threads");
  for (const unsigned threads : {1U, 2U, 4U}) {
    std::vector<double> green_times;
    std::vector<double> std_times;
    for (unsigned round = 0; round < rounds; ++round) {
      green_times.push_back(nanoseconds_each(threads, by_hubs));
      std_times.push_back(nanoseconds_each(threads, by_threads));
    }
    const auto told = [](const std::vector<double>& times) {
      const spread s = spread_of(times);
      return fmt::format("{:.0f} ({:.0f}-{:.0f})", s.median, s.min, s.max);
    };
    fmt::print("{:<10}{:>28}{:>28}\n", threads, told(green_times),
               told(std_times));
  }
}

}  // namespace benchmarks
