// SPDX-License-Identifier: MIT
// locks: what locks, queues, events and futures cost beside std and asio

#include <benchmark/benchmark.h>
#include <sys/socket.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <mutex>
#include <semaphore>
#include <shared_mutex>
#include <string>
#include <thread>
#include <vector>

#include "benchmarks/locks/ping_pong.h"
#include "benchmarks/locks/tools.h"
#include "benchmarks/machine.h"
#include "benchmarks/ratio_reporter.h"
#include "green/core/queue_wait.h"
#include "green/debug.h"
#include "green/green.h"
#include "green/greenlet.h"
#include "green/mutex"
#include "green/semaphore"
#include "green/shared_mutex"
#include "green/sys/socket.h"
#include "green/thread"
#include "green/unistd.h"

namespace {

using benchmark::State;
using namespace std::chrono_literals;

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
    bool try_now() override { return at_once(*thread_); }
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

// The two atomic operations that a lock and unlock between threads need.
void two_atomics(State& state) {
  std::atomic<bool> locked = false;
  for (auto _ : state) {
    benchmark::DoNotOptimize(locked.exchange(true));
    benchmark::DoNotOptimize(locked.exchange(false));
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

// What the detector of green threads that block costs: a byte there and back
// through a pair of sockets, unwatched and watched; and the resumption alone.

green::task<> green_echo(State& state) {
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) {
    state.SkipWithError("socketpair");
    co_return;
  }
  const auto echo = [&]() -> green::task<> {
    char byte;
    while (co_await green::recv(ends[1], &byte, 1, 0) == 1) {
      co_await green::send(ends[1], &byte, 1, 0);
    }
  };
  const auto other = green::spawn(echo);
  char byte = 'x';
  for (auto _ : state) {
    co_await green::send(ends[0], &byte, 1, 0);
    co_await green::recv(ends[0], &byte, 1, 0);
  }
  co_await green::close(ends[0]);
  co_await other.join();
  co_await green::close(ends[1]);
}

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

template <green::task<> (*body)(State&)>
green::task<> watched(State& state) {
  green::detect_blocking(100ms);
  co_await body(state);
  green::detect_blocking(0ns);
}

BENCHMARK_CAPTURE(run_green, 0, green_lock<green::mutex>)->Name("lock/green");
BENCHMARK_CAPTURE(run_green, 1, green_lock<local_mutex>)->Name("lock/local");
BENCHMARK(two_atomics)->Name("lock/atomics");
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
BENCHMARK(std_hand_over)
    ->Name("hand_over/std")
    ->Arg(2)
    ->MeasureProcessCPUTime();
BENCHMARK_CAPTURE(run_green, 8, watched<green_echo>)->Name("detector/green");
BENCHMARK_CAPTURE(run_green, 9, green_echo)->Name("detector/off");
BENCHMARK_CAPTURE(run_green, 10, watched<green_yield>)
    ->Name("watched yield/green");
BENCHMARK_CAPTURE(run_green, 11, green_yield)->Name("watched yield/off");

}  // namespace

int main(int argc, char** argv) {
  const std::vector<int> cpus = benchmarks::allowed_cpus();
  benchmarks::pin_to_cpu(cpus.front());
  benchmarks::register_ping_pong(cpus);
  benchmarks::register_tools();
  return benchmarks::run_with_ratios(argc, argv, "green");
}
