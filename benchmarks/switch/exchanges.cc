// SPDX-License-Identifier: MIT
#include "benchmarks/switch/exchanges.h"

#include <benchmark/benchmark.h>

#include <asio/experimental/awaitable_operators.hpp>
#include <asio/experimental/channel.hpp>
#include <asio/this_coro.hpp>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <semaphore>
#include <thread>

#include "benchmarks/asio_task.h"
#include "benchmarks/switch/runs.h"
#include "green/condition_variable"
#include "green/green.h"
#include "green/mutex"
#include "green/queue.h"
#include "green/semaphore"
#include "green/thread"
#include "green/when.h"

namespace benchmarks {

namespace {

using benchmark::State;

constexpr int batch = 128;

// Locking what nobody else wants, and unlocking it.

green::task<> green_mutex(State& state) {
  green::mutex mutex;
  for (auto _ : state) {
    co_await mutex.lock();
    benchmark::DoNotOptimize(&mutex);
    mutex.unlock();
  }
}

void thread_mutex(State& state) {
  std::mutex mutex;
  std::thread([] {}).join();  // glibc leaves the atomics out without threads
  for (auto _ : state) {
    mutex.lock();
    benchmark::DoNotOptimize(&mutex);
    mutex.unlock();
  }
}

// A permit goes to and fro. An iteration is one way.

green::task<> green_answers(green::binary_semaphore& mine,
                            green::binary_semaphore& theirs, const bool& stop) {
  while (!stop) {
    co_await mine.acquire();
    theirs.release();
  }
}

green::task<> green_semaphore(State& state) {
  green::binary_semaphore ping(0), pong(0);
  bool stop = false;
  green::thread peer(green_answers, std::ref(ping), std::ref(pong),
                     std::cref(stop));
  while (state.KeepRunningBatch(2)) {
    ping.release();
    co_await pong.acquire();
  }
  stop = true;
  ping.release();
  co_await peer.join();
}

void thread_semaphore(State& state) {
  std::binary_semaphore ping(0), pong(0);
  bool stop = false;
  std::thread peer([&] {
    while (true) {
      ping.acquire();
      if (stop) return;
      pong.release();
    }
  });
  while (state.KeepRunningBatch(2)) {
    ping.release();
    pong.acquire();
  }
  stop = true;
  ping.release();
  peer.join();
}

// A channel or queue with one that puts and one that gets. An iteration is one
// item.

template <class Items>
green::task<> green_items(State& state, Items& items) {
  const auto put = [&items, &state]() -> green::task<> {
    while (state.KeepRunningBatch(batch)) {
      for (int i = 0; i < batch; ++i) co_await items.put(i);
    }
    co_await items.put(-1);
  };
  green::thread peer(put);
  while (co_await items.get() >= 0) continue;
  co_await peer.join();
}

green::task<> green_channel(State& state) {
  green::channel<int> items;
  co_await green_items(state, items);
}

green::task<> green_queue(State& state) {
  green::queue<int> items(batch);
  co_await green_items(state, items);
}

using asio_channel =
    asio::experimental::channel<asio_executor, void(asio::error_code, int)>;

asio_task<void> asio_put(asio_channel& items, State& state) {
  while (state.KeepRunningBatch(batch)) {
    for (int i = 0; i < batch; ++i) {
      co_await items.async_send(asio::error_code(), i, use_asio_task);
    }
  }
  co_await items.async_send(asio::error_code(), -1, use_asio_task);
}

template <std::size_t Room>
asio_task<void> asio_items(State& state) {
  const auto executor = co_await asio::this_coro::executor;
  asio_channel items(executor, Room);
  bool ended = false;
  asio::co_spawn(executor, asio_put(items, state),
                 [&ended](std::exception_ptr) { ended = true; });
  while (co_await items.async_receive(use_asio_task) >= 0) continue;
  while (!ended) co_await asio::post(use_asio_task);
}

// A ball, by a condition variable. An iteration is one pass.

struct green_court {
  green::mutex lock;
  green::condition_variable changed;
  bool at_home = true;
  bool stop = false;
};

green::task<> green_pass(green_court& c, bool home) {
  auto held = co_await c.lock.scoped_lock();
  while (c.at_home != home && !c.stop) co_await c.changed.wait(held);
  c.at_home = !home;
  c.changed.notify_one();
}

green::task<> green_plays(green_court& c) {
  while (!c.stop) co_await green_pass(c, false);
}

green::task<> green_condition(State& state) {
  green_court c;
  green::thread peer(green_plays, std::ref(c));
  while (state.KeepRunningBatch(2)) co_await green_pass(c, true);
  c.stop = true;
  c.changed.notify_all();
  co_await peer.join();
}

struct thread_court {
  std::mutex lock;
  std::condition_variable changed;
  bool at_home = true;
  bool stop = false;
};

bool thread_pass(thread_court& c, bool home) {
  std::unique_lock held(c.lock);
  c.changed.wait(held, [&] { return c.at_home == home || c.stop; });
  c.at_home = !home;
  c.changed.notify_one();
  return !c.stop;
}

void thread_condition(State& state) {
  thread_court c;
  std::thread peer([&c] {
    while (thread_pass(c, false)) continue;
  });
  while (state.KeepRunningBatch(2)) thread_pass(c, true);
  {
    const std::lock_guard held(c.lock);
    c.stop = true;
  }
  c.changed.notify_all();
  peer.join();
}

// Awaiting ten that are ready, at the same time.

green::task<int> green_one(int n) { co_return n; }

green::task<> green_when_all(State& state) {
  for (auto _ : state) {
    benchmark::DoNotOptimize(co_await green::when_all(
        green_one(0), green_one(1), green_one(2), green_one(3), green_one(4),
        green_one(5), green_one(6), green_one(7), green_one(8), green_one(9)));
  }
}

asio_task<int> asio_one(int n) { co_return n; }

asio_task<void> asio_when_all(State& state) {
  using namespace asio::experimental::awaitable_operators;
  for (auto _ : state) {
    benchmark::DoNotOptimize(
        co_await (asio_one(0) && asio_one(1) && asio_one(2) && asio_one(3) &&
                  asio_one(4) && asio_one(5) && asio_one(6) && asio_one(7) &&
                  asio_one(8) && asio_one(9)));
  }
}

}  // namespace

void register_exchanges() {
  const auto add = [](const char* name, auto run, auto f) {
    return benchmark::RegisterBenchmark(
        name, [run, f](State& state) { run(state, f); });
  };
  const auto green = [](State& state, auto f) { run_green(state, f); };
  const auto asio = [](State& state, auto f) { run_asio(state, f); };
  const auto plain = [](State& state, auto f) { f(state); };
  add("mutex/green", green, green_mutex);
  add("mutex/thread", plain, thread_mutex);
  add("semaphore/green", green, green_semaphore);
  add("semaphore/thread", plain, thread_semaphore)->UseRealTime();
  add("channel/green", green, green_channel);
  add("channel/asio", asio, asio_items<0>);
  add("queue_of_128/green", green, green_queue);
  add("queue_of_128/asio", asio, asio_items<batch>);
  add("condition/green", green, green_condition);
  add("condition/thread", plain, thread_condition)->UseRealTime();
  add("when_all_10/green", green, green_when_all);
  add("when_all_10/asio", asio, asio_when_all);
}

}  // namespace benchmarks
