// SPDX-License-Identifier: MIT
// switch: what await, yield, spawn, locks and timers cost beside asio

#include <benchmark/benchmark.h>
#include <fmt/core.h>

#include <asio/awaitable.hpp>
#include <asio/basic_waitable_timer.hpp>
#include <asio/co_spawn.hpp>
#include <asio/io_context.hpp>
#include <asio/post.hpp>
#include <asio/this_coro.hpp>
#include <asio/use_awaitable.hpp>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <functional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "benchmarks/asio_task.h"
#include "benchmarks/machine.h"
#include "benchmarks/ratio_reporter.h"
#include "benchmarks/switch/crowds.h"
#include "benchmarks/switch/exchanges.h"
#include "benchmarks/switch/runs.h"
#include "green/green.h"
#include "green/greenlet.h"
#include "green/thread"
#include "green/timeout.h"

namespace {

using benchmark::State;
using benchmarks::asio_executor;
using benchmarks::asio_task;
using benchmarks::run_asio;
using benchmarks::run_green;
using benchmarks::use_asio_task;
using namespace std::chrono_literals;

using asio_steady_timer =
    asio::basic_waitable_timer<std::chrono::steady_clock,
                               asio::wait_traits<std::chrono::steady_clock>,
                               asio_executor>;

// Awaiting a child that never waits: an ordinary call of a coroutine.

green::task<int> green_child(int n) { co_return n + 1; }

green::task<> green_ready_child(State& state) {
  int n = 0;
  for (auto _ : state) n = co_await green_child(n);
  benchmark::DoNotOptimize(n);
}

asio_task<int> asio_child(int n) { co_return n + 1; }

asio_task<void> asio_ready_child(State& state) {
  int n = 0;
  for (auto _ : state) n = co_await asio_child(n);
  benchmark::DoNotOptimize(n);
}

// Yielding among as many as the benchmark's argument says; an iteration is one
// yield of one of them.

green::task<> green_yielder(const bool& stop) {
  while (!stop) co_await green::this_thread::yield();
}

green::task<> green_yield(State& state) {
  bool stop = false;
  std::vector<green::thread> others;
  for (auto i = state.range(0); i > 1; --i) {
    others.emplace_back(green_yielder, std::cref(stop));
  }
  while (state.KeepRunningBatch(state.range(0))) {
    co_await green::this_thread::yield();
  }
  stop = true;
  for (green::thread& other : others) co_await other.join();
}

asio_task<void> asio_yielder(const bool& stop) {
  while (!stop) co_await asio::post(use_asio_task);
}

asio_task<void> asio_yield(State& state) {
  bool stop = false;
  int left = 0;
  const auto executor = co_await asio::this_coro::executor;
  for (auto i = state.range(0); i > 1; --i) {
    ++left;
    asio::co_spawn(executor, asio_yielder(stop),
                   [&left](std::exception_ptr) { --left; });
  }
  while (state.KeepRunningBatch(state.range(0))) {
    co_await asio::post(use_asio_task);
  }
  stop = true;
  while (left > 0) co_await asio::post(use_asio_task);
}

void thread_yield(State& state) {
  std::atomic<bool> stop = false;
  std::vector<std::jthread> others;
  for (auto i = state.range(0); i > 1; --i) {
    others.emplace_back([&] {
      while (!stop.load(std::memory_order_relaxed)) std::this_thread::yield();
    });
  }
  while (state.KeepRunningBatch(state.range(0))) std::this_thread::yield();
  stop = true;
}

// Starting something and waiting for its end.

green::task<> green_nothing() { co_return; }

green::task<> green_spawn_join(State& state) {
  for (auto _ : state) {
    auto greenlet = green::spawn(green_nothing);
    co_await greenlet.join();
  }
}

green::task<> green_thread_join(State& state) {
  for (auto _ : state) {
    green::thread thread(green_nothing);
    co_await thread.join();
  }
}

asio_task<void> asio_nothing() { co_return; }

asio_task<void> asio_spawn_join(State& state) {
  const auto executor = co_await asio::this_coro::executor;
  for (auto _ : state) {
    co_await asio::co_spawn(executor, asio_nothing(), use_asio_task);
  }
}

void thread_spawn_join(State& state) {
  for (auto _ : state) std::thread([] {}).join();
}

// The same for as many at once as the benchmark's argument says; an iteration
// is one of them.

green::task<> green_spawn_many(State& state) {
  std::vector<green::greenlet<void>> greenlets;
  while (state.KeepRunningBatch(state.range(0))) {
    for (auto i = state.range(0); i > 0; --i) {
      greenlets.push_back(green::spawn(green_nothing));
    }
    for (auto& greenlet : greenlets) co_await greenlet.join();
    greenlets.clear();
  }
}

asio_task<void> asio_spawn_many(State& state) {
  const auto executor = co_await asio::this_coro::executor;
  while (state.KeepRunningBatch(state.range(0))) {
    auto left = state.range(0);
    for (auto i = left; i > 0; --i) {
      asio::co_spawn(executor, asio_nothing(),
                     [&left](std::exception_ptr) { --left; });
    }
    while (left > 0) co_await asio::post(use_asio_task);
  }
}

void thread_spawn_many(State& state) {
  std::vector<std::thread> threads;
  while (state.KeepRunningBatch(state.range(0))) {
    for (auto i = state.range(0); i > 0; --i) threads.emplace_back([] {});
    for (std::thread& thread : threads) thread.join();
    threads.clear();
  }
}

// Arming a timer that is cancelled before it expires, while as many others as
// the benchmark's argument says expire earlier.

constexpr auto late = std::chrono::hours(2);
constexpr auto earlier = std::chrono::hours(1);

green::task<> green_sleeper() { co_await green::sleep(earlier); }

green::task<> green_timer(State& state) {
  std::vector<green::greenlet<void>> others;
  for (auto i = state.range(0); i > 0; --i) {
    others.push_back(green::spawn(green_sleeper));
  }
  co_await green::sleep(0s);
  for (auto _ : state) {
    const green::timeout guard(late);
    benchmark::DoNotOptimize(&guard);
  }
  co_await green::killall(others);
}

void asio_timer(State& state) {
  asio::io_context context(1);
  std::vector<asio_steady_timer> others;
  for (auto i = state.range(0); i > 0; --i) {
    others.emplace_back(context, earlier);
    others.back().async_wait([](const asio::error_code&) {});
  }
  asio_steady_timer timer(context);
  int cancelled = 0;
  int pending = 0;
  for (auto _ : state) {
    timer.expires_after(late);
    timer.async_wait([&](const asio::error_code&) { ++cancelled; });
    timer.cancel();
    // A cancelled timer's handler is still to run; here in batches.
    if (++pending == 64) {
      context.poll();
      context.restart();
      pending = 0;
    }
  }
  context.poll();
  benchmark::DoNotOptimize(cancelled);
}

BENCHMARK_CAPTURE(run_green, 0, green_ready_child)->Name("ready_child/green");
BENCHMARK_CAPTURE(run_asio, 0, asio_ready_child)->Name("ready_child/asio");
BENCHMARK_CAPTURE(run_green, 1, green_yield)
    ->Name("yield/green")
    ->Arg(1)
    ->Arg(2)
    ->Arg(100);
BENCHMARK_CAPTURE(run_asio, 1, asio_yield)
    ->Name("yield/asio")
    ->Arg(1)
    ->Arg(2)
    ->Arg(100);
BENCHMARK(thread_yield)->Name("yield/thread")->Arg(2)->UseRealTime();
BENCHMARK_CAPTURE(run_green, 2, green_spawn_join)->Name("spawn_join/green");
BENCHMARK_CAPTURE(run_asio, 2, asio_spawn_join)->Name("spawn_join/asio");
BENCHMARK(thread_spawn_join)->Name("spawn_join/thread")->UseRealTime();
BENCHMARK_CAPTURE(run_green, 5, green_spawn_many)
    ->Name("spawn_join/green")
    ->Arg(100);
BENCHMARK_CAPTURE(run_asio, 3, asio_spawn_many)
    ->Name("spawn_join/asio")
    ->Arg(100);
BENCHMARK(thread_spawn_many)
    ->Name("spawn_join/thread")
    ->Arg(100)
    ->UseRealTime();
BENCHMARK_CAPTURE(run_green, 3, green_thread_join)->Name("thread_join/green");
BENCHMARK(thread_spawn_join)->Name("thread_join/thread")->UseRealTime();
BENCHMARK_CAPTURE(run_green, 4, green_timer)
    ->Name("timer/green")
    ->Arg(0)
    ->Arg(1000);
BENCHMARK(asio_timer)->Name("timer/asio")->Arg(0)->Arg(1000);

// The counts of instructions, which no load of the machine changes.
int print_instructions() {
  if (std::system("command -v valgrind >/dev/null") != 0) {
    fmt::print("Without valgrind, no instructions are counted.\n");
    return 0;
  }
  const std::filesystem::path own =
      std::filesystem::read_symlink("/proc/self/exe");
  const std::string counter = own.parent_path() / "instructions";
  return std::system(("'" + counter + "'").c_str()) == 0 ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  benchmarks::pin_to_cpu(benchmarks::allowed_cpus().front());
  const std::uint64_t parked = argc == 1 ? benchmarks::parked_bytes() : 0;
  benchmarks::register_exchanges();
  benchmarks::register_crowds();
  const int status = benchmarks::run_with_ratios(argc, argv, "green");
  if (status != 0 || argc > 1) return status;
  fmt::print("A parked green thread has {} bytes.\n", parked);
  std::fflush(stdout);
  return print_instructions();
}
