// SPDX-License-Identifier: MIT
#include "benchmarks/locks/ping_pong.h"

#include <benchmark/benchmark.h>

#include <asio/awaitable.hpp>
#include <asio/co_spawn.hpp>
#include <asio/executor_work_guard.hpp>
#include <asio/io_context.hpp>
#include <asio/post.hpp>
#include <asio/use_awaitable.hpp>
#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <exception>
#include <functional>
#include <mutex>
#include <semaphore>
#include <thread>
#include <vector>

#include "benchmarks/asio_task.h"
#include "benchmarks/machine.h"
#include "green/condition_variable"
#include "green/green.h"
#include "green/greenlet.h"
#include "green/mutex"
#include "green/semaphore"

namespace benchmarks {

namespace {

using benchmark::State;

// Two that pass a ball back and forth by a condition; an iteration is there
// and back.

green::task<> green_condition(State& state) {
  green::mutex mutex;
  green::condition_variable thrown;
  int ball = 0;
  const auto here = [&] { return ball == 0; };
  const auto there = [&] { return ball != 0; };
  const auto player = [&]() -> green::task<> {
    auto lk = co_await mutex.scoped_lock();
    for (;;) {
      co_await thrown.wait(lk, there);
      if (ball < 0) co_return;
      ball = 0;
      thrown.notify_one();
    }
  };
  const auto other = green::spawn(player);
  auto lk = co_await mutex.scoped_lock();
  for (auto _ : state) {
    ball = 1;
    thrown.notify_one();
    co_await thrown.wait(lk, here);
  }
  ball = -1;
  thrown.notify_one();
  lk.unlock();
  co_await other.join();
}

template <class Place>
void play_with_conditions(State& state, Place place_thread) {
  place_thread(0);
  std::mutex mutex;
  std::condition_variable thrown;
  int ball = 0;
  std::thread other([&] {
    place_thread(1);
    std::unique_lock lk(mutex);
    for (;;) {
      thrown.wait(lk, [&] { return ball != 0; });
      if (ball < 0) return;
      ball = 0;
      thrown.notify_one();
    }
  });
  {
    std::unique_lock lk(mutex);
    for (auto _ : state) {
      ball = 1;
      thrown.notify_one();
      thrown.wait(lk, [&] { return ball == 0; });
    }
    ball = -1;
    thrown.notify_one();
  }
  other.join();
}

void std_condition(State& state) {
  play_with_conditions(state, [](std::size_t) {});
}

// The same between two threads of the system, each with a hub, by semaphores,
// on as many CPUs as the argument says.

std::vector<int> allowed;

void place(const State& state, std::size_t thread) {
  const auto on = static_cast<std::size_t>(state.range(0));
  pin_to_cpu(allowed[thread % on % allowed.size()]);
}

void green_hubs(State& state) {
  green::binary_semaphore ping(0), pong(0);
  std::atomic<bool> stop = false;
  std::thread other([&] {
    place(state, 1);
    green::run([&]() -> green::task<> {
      while (!stop) {
        co_await ping.acquire();
        pong.release();
      }
    });
  });
  place(state, 0);
  green::run([&]() -> green::task<> {
    for (auto _ : state) {
      ping.release();
      co_await pong.acquire();
    }
    stop = true;
    ping.release();
  });
  other.join();
}

void std_hubs(State& state) {
  std::binary_semaphore ping(0), pong(0);
  std::atomic<bool> stop = false;
  std::thread other([&] {
    place(state, 1);
    while (!stop) {
      ping.acquire();
      pong.release();
    }
  });
  place(state, 0);
  for (auto _ : state) {
    ping.release();
    pong.acquire();
  }
  stop = true;
  ping.release();
  other.join();
}

void asio_hubs(State& state) {
  asio::io_context here(1), there(1);
  auto there_stays = asio::make_work_guard(there);
  std::thread other([&] {
    place(state, 1);
    there.run();
  });
  place(state, 0);
  const auto play = [&]() -> asio_task<void> {
    // Runs a handler there, whose end is posted to here.
    for (auto _ : state) co_await asio::post(there, use_asio_task);
  };
  asio::co_spawn(here, play, [](std::exception_ptr error) {
    if (error) std::rethrow_exception(error);
  });
  here.run();
  there_stays.reset();
  other.join();
}

// The same with conditions, as programs do it.

void green_hubs_condition(State& state) {
  green::mutex mutex;
  green::condition_variable thrown;
  int ball = 0;
  std::thread other([&] {
    place(state, 1);
    green::run([&]() -> green::task<> {
      const auto there = [&] { return ball != 0; };
      auto lk = co_await mutex.scoped_lock();
      for (;;) {
        co_await thrown.wait(lk, there);
        if (ball < 0) co_return;
        ball = 0;
        thrown.notify_one();
      }
    });
  });
  place(state, 0);
  green::run([&]() -> green::task<> {
    const auto here = [&] { return ball == 0; };
    auto lk = co_await mutex.scoped_lock();
    for (auto _ : state) {
      ball = 1;
      thrown.notify_one();
      co_await thrown.wait(lk, here);
    }
    ball = -1;
    thrown.notify_one();
  });
  other.join();
}

void std_hubs_condition(State& state) {
  play_with_conditions(state,
                       [&](std::size_t thread) { place(state, thread); });
}

}  // namespace

void register_ping_pong(const std::vector<int>& cpus) {
  using benchmark::RegisterBenchmark;
  allowed = cpus;
  // On one CPU its time is what passes, less what other programs take.
  const auto in_green = [](State& state) {
    green::run(green_condition, std::ref(state));
  };
  RegisterBenchmark("condition/green", in_green)->MeasureProcessCPUTime();
  RegisterBenchmark("condition/std", std_condition)->MeasureProcessCPUTime();
  const auto on_cpus = [](const char* name, void (*play)(State&)) {
    RegisterBenchmark(name, play)->Arg(1)->MeasureProcessCPUTime();
    RegisterBenchmark(name, play)->Arg(2)->UseRealTime();
  };
  on_cpus("hubs/green", green_hubs);
  on_cpus("hubs/std", std_hubs);
  on_cpus("hubs/asio", asio_hubs);
  on_cpus("hubs_cv/green", green_hubs_condition);
  on_cpus("hubs_cv/std", std_hubs_condition);
}

}  // namespace benchmarks
