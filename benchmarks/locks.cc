// SPDX-License-Identifier: MIT
// locks: what locks, conditions and semaphores cost beside std and asio

// asio 1.22 looks for the experimental coroutines of clang, gone since 17.
#if !defined(ASIO_HAS_CO_AWAIT)
#define ASIO_HAS_CO_AWAIT 1
#endif

#include <benchmark/benchmark.h>

#include <asio/awaitable.hpp>
#include <asio/co_spawn.hpp>
#include <asio/executor_work_guard.hpp>
#include <asio/io_context.hpp>
#include <asio/post.hpp>
#include <asio/use_awaitable.hpp>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <exception>
#include <functional>
#include <mutex>
#include <semaphore>
#include <shared_mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "benchmarks/machine.h"
#include "benchmarks/ratio_reporter.h"
#include "green/condition_variable"
#include "green/core/queue_wait.h"
#include "green/debug.h"
#include "green/green.h"
#include "green/greenlet.h"
#include "green/mutex"
#include "green/semaphore"
#include "green/shared_mutex"
#include "green/thread"

namespace {

using benchmark::State;
using namespace std::chrono_literals;

using asio_executor = asio::io_context::executor_type;
template <class T>
using asio_task = asio::awaitable<T, asio_executor>;
constexpr asio::use_awaitable_t<asio_executor> use_asio_task;

template <class F>
void run_green(State& state, F f) {
  green::run(f, std::ref(state));
}

// The mutex as it could be, were it of one hub only: the same wait, but no
// atomic operation.
class local_mutex {
 public:
  class wait final : public green::core::fast_queue_wait<wait> {
   public:
    explicit wait(local_mutex& m) : fast_queue_wait(m.queue_), mutex_(&m) {}
    bool at_once(green::core::green_thread& thread) noexcept {
      if (mutex_->owner_ != 0) return false;
      mutex_->owner_ = thread.id();
      return true;
    }
    void await_resume() {
      finish_wait();
      mutex_->owner_ = thread_->id();
    }
    void describe(std::string& out) const override { out += "mutex"; }

   private:
    bool satisfied() override { return at_once(*thread_); }
    local_mutex* mutex_;
  };

  wait lock() { return wait(*this); }
  void unlock() {
    green::core::waiter* const next = queue_.pop();
    if (next == nullptr) {
      owner_ = 0;
    } else {
      next->wake_(*next);
    }
  }

 private:
  green::core::wait_queue queue_;
  std::uint64_t owner_ = 0;
};

// Locking and unlocking what nobody else wants.

template <class Mutex>
green::task<> green_lock(State& state) {
  Mutex mutex;
  for (auto _ : state) {
    co_await mutex.lock();
    benchmark::DoNotOptimize(&mutex);
    mutex.unlock();
  }
}

template <class Mutex>
void std_lock(State& state) {
  Mutex mutex;
  std::thread([] {}).join();  // glibc leaves the atomics out without threads
  for (auto _ : state) {
    mutex.lock();
    benchmark::DoNotOptimize(&mutex);
    mutex.unlock();
  }
}

green::task<> green_scoped_lock(State& state) {
  green::mutex mutex;
  for (auto _ : state) {
    const auto held = co_await mutex.scoped_lock();
    benchmark::DoNotOptimize(&held);
  }
}

green::task<> green_lock_shared(State& state) {
  green::shared_mutex mutex;
  for (auto _ : state) {
    co_await mutex.lock_shared();
    benchmark::DoNotOptimize(&mutex);
    mutex.unlock_shared();
  }
}

void std_lock_shared(State& state) {
  std::shared_mutex mutex;
  for (auto _ : state) {
    mutex.lock_shared();
    benchmark::DoNotOptimize(&mutex);
    mutex.unlock_shared();
  }
}

green::task<> green_semaphore(State& state) {
  green::counting_semaphore<> semaphore(1);
  for (auto _ : state) {
    co_await semaphore.acquire();
    benchmark::DoNotOptimize(&semaphore);
    semaphore.release();
  }
}

void std_semaphore(State& state) {
  std::counting_semaphore<> semaphore(1);
  for (auto _ : state) {
    semaphore.acquire();
    benchmark::DoNotOptimize(&semaphore);
    semaphore.release();
  }
}

// A mutex that goes from hand to hand among as many as the argument says: an
// iteration is one hand-over.

template <class Mutex>
green::task<> green_hand_over(State& state) {
  Mutex mutex;
  bool stop = false;
  const auto contend = [&]() -> green::task<> {
    while (!stop) {
      co_await mutex.lock();
      mutex.unlock();
    }
  };
  // Everybody waits while this one holds it, so that it is always handed over.
  std::vector<green::greenlet<>> others;
  co_await mutex.lock();
  for (auto i = state.range(0); i > 1; --i) {
    others.push_back(green::spawn(contend));
  }
  co_await green::sleep();
  mutex.unlock();
  while (state.KeepRunningBatch(state.range(0))) {
    co_await mutex.lock();
    mutex.unlock();
  }
  stop = true;
  co_await green::joinall(others);
}

void std_hand_over(State& state) {
  std::mutex mutex;
  std::atomic<bool> stop = false;
  std::vector<std::jthread> others;
  for (auto i = state.range(0); i > 1; --i) {
    others.emplace_back([&] {
      while (!stop.load(std::memory_order_relaxed)) {
        const std::lock_guard guard(mutex);
        std::this_thread::yield();
      }
    });
  }
  while (state.KeepRunningBatch(state.range(0))) {
    for (auto i = state.range(0); i > 0; --i) {
      const std::lock_guard guard(mutex);
      std::this_thread::yield();
    }
  }
  stop = true;
}

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

void std_condition(State& state) {
  std::mutex mutex;
  std::condition_variable thrown;
  int ball = 0;
  std::thread other([&] {
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

// The same between two threads of the system, each with a hub, by semaphores,
// on as many CPUs as the argument says.

const std::vector<int> cpus = benchmarks::allowed_cpus();

void place(const State& state, std::size_t thread) {
  const auto on = static_cast<std::size_t>(state.range(0));
  benchmarks::pin_to_cpu(cpus[thread % on % cpus.size()]);
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
  place(state, 0);
  std_condition(state);
}

// What the detector of green threads that block costs: a yield among two,
// unwatched and watched.

green::task<> green_yield(State& state) {
  bool stop = false;
  const auto yielder = [&]() -> green::task<> {
    while (!stop) co_await green::this_thread::yield();
  };
  const auto other = green::spawn(yielder);
  while (state.KeepRunningBatch(2)) co_await green::this_thread::yield();
  stop = true;
  co_await other.join();
}

green::task<> watched_yield(State& state) {
  green::detect_blocking(10ms);
  co_await green_yield(state);
  green::detect_blocking(0ns);
}

BENCHMARK_CAPTURE(run_green, 0, green_lock<green::mutex>)->Name("lock/green");
BENCHMARK_CAPTURE(run_green, 1, green_lock<local_mutex>)->Name("lock/local");
BENCHMARK(std_lock<std::mutex>)->Name("lock/std");
BENCHMARK_CAPTURE(run_green, 2, green_scoped_lock)->Name("scoped_lock/green");
BENCHMARK(std_lock<std::mutex>)->Name("scoped_lock/std");
BENCHMARK_CAPTURE(run_green, 3, green_lock<green::recursive_mutex>)
    ->Name("recursive/green");
BENCHMARK(std_lock<std::recursive_mutex>)->Name("recursive/std");
BENCHMARK_CAPTURE(run_green, 4, green_lock_shared)->Name("lock_shared/green");
BENCHMARK(std_lock_shared)->Name("lock_shared/std");
BENCHMARK_CAPTURE(run_green, 5, green_semaphore)->Name("semaphore/green");
BENCHMARK(std_semaphore)->Name("semaphore/std");
BENCHMARK_CAPTURE(run_green, 6, green_hand_over<green::mutex>)
    ->Name("hand_over/green")
    ->Arg(2)
    ->Arg(100);
BENCHMARK_CAPTURE(run_green, 7, green_hand_over<local_mutex>)
    ->Name("hand_over/local")
    ->Arg(2)
    ->Arg(100);
BENCHMARK(std_hand_over)->Name("hand_over/std")->Arg(2)->UseRealTime();
BENCHMARK_CAPTURE(run_green, 8, green_condition)
    ->Name("condition/green")
    ->UseRealTime();
BENCHMARK(std_condition)->Name("condition/std")->UseRealTime();
BENCHMARK(green_hubs)->Name("hubs/green")->Arg(1)->Arg(2)->UseRealTime();
BENCHMARK(std_hubs)->Name("hubs/std")->Arg(1)->Arg(2)->UseRealTime();
BENCHMARK(asio_hubs)->Name("hubs/asio")->Arg(1)->Arg(2)->UseRealTime();
BENCHMARK(green_hubs_condition)
    ->Name("hubs_cv/green")
    ->Arg(1)
    ->Arg(2)
    ->UseRealTime();
BENCHMARK(std_hubs_condition)
    ->Name("hubs_cv/std")
    ->Arg(1)
    ->Arg(2)
    ->UseRealTime();
BENCHMARK_CAPTURE(run_green, 9, watched_yield)->Name("detector/green");
BENCHMARK_CAPTURE(run_green, 10, green_yield)->Name("detector/off");

}  // namespace

int main(int argc, char** argv) {
  benchmarks::pin_to_cpu(cpus.front());
  return benchmarks::run_with_ratios(argc, argv, "green");
}
