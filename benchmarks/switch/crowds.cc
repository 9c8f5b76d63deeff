// SPDX-License-Identifier: MIT
#include "benchmarks/switch/crowds.h"

#include <benchmark/benchmark.h>
#include <unistd.h>

#include <asio/basic_waitable_timer.hpp>
#include <asio/co_spawn.hpp>
#include <asio/this_coro.hpp>
#include <chrono>
#include <cstdint>
#include <exception>
#include <fstream>
#include <functional>
#include <vector>

#include "benchmarks/asio_task.h"
#include "benchmarks/switch/runs.h"
#include "green/event.h"
#include "green/green.h"
#include "green/greenlet.h"

namespace benchmarks {

namespace {

using benchmark::State;
using namespace std::chrono_literals;

constexpr int sleepers = 100'000;
constexpr int parked = 1'000'000;

// Lengths of 1 to 20 ms in no order, as those of many clients.
std::chrono::microseconds nap(int i) {
  return std::chrono::microseconds(1'000 + i * 7'919LL % 19'000);
}

green::task<> green_sleeper(int i) { co_await green::sleep(nap(i)); }

green::task<> green_sleep(State& state) {
  std::vector<green::greenlet<>> all;
  while (state.KeepRunningBatch(sleepers)) {
    for (int i = 0; i < sleepers; ++i) {
      all.push_back(green::spawn(green_sleeper, i));
    }
    for (auto& each : all) co_await each.join();
    all.clear();
  }
}

using asio_timer =
    asio::basic_waitable_timer<std::chrono::steady_clock,
                               asio::wait_traits<std::chrono::steady_clock>,
                               asio_executor>;

asio_task<void> asio_sleeper(int i) {
  asio_timer timer(co_await asio::this_coro::executor, nap(i));
  co_await timer.async_wait(use_asio_task);
}

asio_task<void> asio_sleep(State& state) {
  const auto executor = co_await asio::this_coro::executor;
  while (state.KeepRunningBatch(sleepers)) {
    int left = sleepers;
    for (int i = 0; i < sleepers; ++i) {
      asio::co_spawn(executor, asio_sleeper(i),
                     [&left](std::exception_ptr) { --left; });
    }
    asio_timer timer(executor);
    while (left > 0) {
      timer.expires_after(1ms);
      co_await timer.async_wait(use_asio_task);
    }
  }
}

// Starting so many that wait, and ending them.

green::task<> green_waiter(green::event& end) { co_await end.wait(); }

green::task<> green_park(State& state) {
  while (state.KeepRunningBatch(parked)) {
    green::event end;
    for (int i = 0; i < parked; ++i) {
      green::spawn(green_waiter, std::ref(end));
    }
    co_await green::sleep();
    end.set();
    co_await green::sleep();
  }
}

std::uint64_t resident_bytes() {
  std::uint64_t all = 0;
  std::uint64_t resident = 0;
  std::ifstream("/proc/self/statm") >> all >> resident;
  return resident * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

}  // namespace

void register_crowds() {
  benchmark::RegisterBenchmark(
      "sleepers/green", [](State& state) { run_green(state, green_sleep); });
  benchmark::RegisterBenchmark(
      "sleepers/asio", [](State& state) { run_asio(state, asio_sleep); });
  benchmark::RegisterBenchmark(
      "park_1000000/green", [](State& state) { run_green(state, green_park); });
}

std::uint64_t parked_bytes() {
  return green::run([]() -> green::task<std::uint64_t> {
    const std::uint64_t before = resident_bytes();
    green::event end;
    for (int i = 0; i < parked; ++i) {
      green::spawn(green_waiter, std::ref(end));
    }
    co_await green::sleep();
    const std::uint64_t after = resident_bytes();
    end.set();
    co_await green::sleep();
    co_return (after - before) / parked;
  });
}

}  // namespace benchmarks
