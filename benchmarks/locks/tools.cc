// SPDX-License-Identifier: MIT
#include "benchmarks/locks/tools.h"

#include <benchmark/benchmark.h>

#include <asio/awaitable.hpp>
#include <asio/co_spawn.hpp>
#include <asio/experimental/channel.hpp>
#include <asio/io_context.hpp>
#include <asio/post.hpp>
#include <asio/this_coro.hpp>
#include <asio/use_awaitable.hpp>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <exception>
#include <functional>
#include <future>
#include <mutex>
#include <numeric>
#include <thread>
#include <vector>

#include "benchmarks/asio_task.h"
#include "green/event.h"
#include "green/future"
#include "green/green.h"
#include "green/pool.h"
#include "green/queue.h"

namespace benchmarks {

namespace {

using benchmark::State;

using asio_channel =
    asio::experimental::basic_channel<asio_executor,
                                      asio::experimental::channel_traits<>,
                                      void(asio::error_code, int)>;

template <class F>
auto in_green(F f) {
  return [f](State& state) { green::run(f, std::ref(state)); };
}

template <class F>
auto in_asio(F f) {
  return [f](State& state) {
    asio::io_context context(1);  // one thread runs it
    asio::co_spawn(context, f(state), [](std::exception_ptr error) {
      if (error) std::rethrow_exception(error);
    });
    context.run();
  };
}

// Putting an item into a queue and getting it out; nobody waits.

green::task<> green_queue(State& state) {
  green::queue<int> queue;
  int n = 0;
  for (auto _ : state) {
    co_await queue.put(n);
    n = co_await queue.get() + 1;
  }
  benchmark::DoNotOptimize(n);
}

// The queue that a program with threads has.
struct std_queue_of_ints {
  void put(int n) {
    const std::lock_guard guard(mutex);
    items.push_back(n);
    filled.notify_one();
  }
  int get() {
    std::unique_lock lk(mutex);
    filled.wait(lk, [this] { return !items.empty(); });
    const int n = items.front();
    items.pop_front();
    return n;
  }
  std::mutex mutex;
  std::condition_variable filled;
  std::deque<int> items;
};

void std_queue(State& state) {
  std::thread([] {}).join();  // glibc leaves the atomics out without threads
  std_queue_of_ints queue;
  int n = 0;
  for (auto _ : state) {
    queue.put(n);
    n = queue.get() + 1;
  }
  benchmark::DoNotOptimize(n);
}

asio_task<void> asio_queue(State& state) {
  asio_channel queue(co_await asio::this_coro::executor, 100);
  int n = 0;
  for (auto _ : state) {
    co_await queue.async_send(asio::error_code(), n, use_asio_task);
    n = co_await queue.async_receive(use_asio_task) + 1;
  }
  benchmark::DoNotOptimize(n);
}

// A channel with room for one serves as a mutex.
asio_task<void> asio_lock(State& state) {
  asio_channel mutex(co_await asio::this_coro::executor, 1);
  for (auto _ : state) {
    co_await mutex.async_send(asio::error_code(), 0, use_asio_task);
    mutex.try_receive([](asio::error_code, int) {});
  }
}

// Setting an event, waiting for it, clearing it.

green::task<> green_event(State& state) {
  green::event event;
  for (auto _ : state) {
    event.set();
    co_await event.wait();
    event.clear();
  }
}

void std_event(State& state) {
  std::thread([] {}).join();
  std::mutex mutex;
  std::condition_variable changed;
  bool is_set = false;
  for (auto _ : state) {
    {
      const std::lock_guard guard(mutex);
      is_set = true;
      changed.notify_all();
    }
    std::unique_lock lk(mutex);
    changed.wait(lk, [&] { return is_set; });
    is_set = false;
  }
}

// The channel is what asio has of events.
asio_task<void> asio_event(State& state) {
  asio_channel event(co_await asio::this_coro::executor, 1);
  for (auto _ : state) {
    event.try_send(asio::error_code(), 0);
    co_await event.async_receive(use_asio_task);
  }
}

// A promise made, kept and got.

green::task<> green_future(State& state) {
  int n = 0;
  for (auto _ : state) {
    green::promise<int> promise;
    auto future = promise.get_future();
    promise.set_value(n);
    n = co_await future.get() + 1;
  }
  benchmark::DoNotOptimize(n);
}

void std_future(State& state) {
  std::thread([] {}).join();
  int n = 0;
  for (auto _ : state) {
    std::promise<int> promise;
    auto future = promise.get_future();
    promise.set_value(n);
    n = future.get() + 1;
  }
  benchmark::DoNotOptimize(n);
}

// Tasks that do nothing, for each of as many items as the argument says; an
// iteration is one of them.

green::task<int> green_nothing(int n) { co_return n; }

green::task<> green_map(State& state) {
  std::vector<int> items(std::size_t(state.range(0)));
  std::iota(items.begin(), items.end(), 0);
  green::pool pool(items.size());
  while (state.KeepRunningBatch(state.range(0))) {
    benchmark::DoNotOptimize(co_await pool.map(green_nothing, items));
  }
}

void std_map(State& state) {
  std::vector<std::future<int>> running;
  while (state.KeepRunningBatch(state.range(0))) {
    for (int i = 0; i < int(state.range(0)); ++i) {
      running.push_back(std::async(std::launch::async, [i] { return i; }));
    }
    for (auto& each : running) benchmark::DoNotOptimize(each.get());
    running.clear();
  }
}

asio_task<int> asio_nothing(int n) { co_return n; }

asio_task<void> asio_map(State& state) {
  std::vector<int> results(std::size_t(state.range(0)));
  const auto executor = co_await asio::this_coro::executor;
  while (state.KeepRunningBatch(state.range(0))) {
    std::size_t left = results.size();
    for (int i = 0; i < int(state.range(0)); ++i) {
      asio::co_spawn(executor, asio_nothing(i),
                     [&, i](std::exception_ptr, int n) {
                       results[std::size_t(i)] = n;
                       --left;
                     });
    }
    while (left > 0) co_await asio::post(executor, use_asio_task);
  }
  benchmark::DoNotOptimize(results.data());
}

}  // namespace

void register_tools() {
  using benchmark::RegisterBenchmark;
  RegisterBenchmark("lock/asio", in_asio(asio_lock));
  RegisterBenchmark("queue/green", in_green(green_queue));
  RegisterBenchmark("queue/std", std_queue);
  RegisterBenchmark("queue/asio", in_asio(asio_queue));
  RegisterBenchmark("event/green", in_green(green_event));
  RegisterBenchmark("event/std", std_event);
  RegisterBenchmark("event/asio", in_asio(asio_event));
  RegisterBenchmark("future/green", in_green(green_future));
  RegisterBenchmark("future/std", std_future);
  RegisterBenchmark("map/green", in_green(green_map))->Arg(100);
  RegisterBenchmark("map/std", std_map)->Arg(100)->UseRealTime();
  RegisterBenchmark("map/asio", in_asio(asio_map))->Arg(100);
}

}  // namespace benchmarks
