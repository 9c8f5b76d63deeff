// SPDX-License-Identifier: MIT
// patched: what a hooked call, a fiber and a switch cost, beside a plain call

#include <benchmark/benchmark.h>
#include <pthread.h>
#include <time.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstring>
#include <vector>

#include "green/green.h"
#include "green/greenlet.h"
#include "green/patched.h"
#include "green/patcher/gate.h"
#include "green/patcher/hook.h"
#include "green/patcher/stack.h"
#include "green/patcher/switch.h"

namespace {

using benchmark::State;
namespace patcher = green::patcher;

template <class F>
F* hooked(const char* name) {
  for (const patcher::hook& h : patcher::hooks()) {
    if (std::strcmp(h.name, name) == 0) {
      return reinterpret_cast<F*>(h.replacement);
    }
  }
  return nullptr;
}

using mutex_call = int(pthread_mutex_t*);

// A call through a pointer, as through a slot; one that asks for a free lock.

void lock_and_unlock(State& state, mutex_call* lock, mutex_call* unlock) {
  pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
  for (auto _ : state) {
    lock(&mutex);
    unlock(&mutex);
  }
}

void plain_lock(State& state) {
  lock_and_unlock(state, ::pthread_mutex_lock, ::pthread_mutex_unlock);
}
BENCHMARK(plain_lock);

void hooked_lock(State& state) {
  lock_and_unlock(state, hooked<mutex_call>("pthread_mutex_lock"),
                  hooked<mutex_call>("pthread_mutex_unlock"));
}
BENCHMARK(hooked_lock);

void hooked_lock_on_fiber(State& state) {
  green::run([&state]() -> green::task<> {
    const auto f = [&state] { hooked_lock(state); };
    co_await green::patched(f);
  });
}
BENCHMARK(hooked_lock_on_fiber);

// A call that fails at once in the kernel.

using close_call = int(int);

void plain_close(State& state) {
  close_call* close = &::close;
  benchmark::DoNotOptimize(close);
  for (auto _ : state) close(-1);
}
BENCHMARK(plain_close);

void hooked_close(State& state) {
  close_call* const close = hooked<close_call>("close");
  for (auto _ : state) close(-1);
}
BENCHMARK(hooked_close);

// There and back again.

patcher::context outside, inside;

void answer(void*) {
  for (;;) patcher::switch_context(inside, outside, nullptr);
}

void two_switches(State& state) {
  const patcher::fiber_stack stack(patcher::fiber_stack::usual);
  inside = patcher::make_context(stack.top(), answer);
  for (auto _ : state) patcher::switch_context(outside, inside, nullptr);
}
BENCHMARK(two_switches);

green::task<> call_patched(State& state) {
  const auto f = [] { return 1; };
  int sum = 0;
  for (auto _ : state) sum += co_await green::patched(f);
  benchmark::DoNotOptimize(sum);
}

void patched_that_does_not_wait(State& state) {
  green::run([&state]() -> green::task<> { co_await call_patched(state); });
}
BENCHMARK(patched_that_does_not_wait);

long resident_bytes() {
  long all = 0, resident = 0;
  std::FILE* const statm = std::fopen("/proc/self/statm", "r");
  if (statm == nullptr) return 0;
  if (std::fscanf(statm, "%ld %ld", &all, &resident) != 2) resident = 0;
  std::fclose(statm);
  return resident * ::sysconf(_SC_PAGESIZE);
}

// So many at once, each in a call that waits.
green::task<> block(State& state) {
  const auto nanosleep = hooked<int(const timespec*, timespec*)>("nanosleep");
  const auto sleep = [nanosleep]() -> green::task<> {
    const auto f = [nanosleep] {
      const timespec moment{0, 500'000'000};
      nanosleep(&moment, nullptr);
    };
    co_await green::patched(f);
  };
  const auto count = static_cast<std::size_t>(state.range());
  for (auto _ : state) {
    const long before = resident_bytes();
    std::vector<green::greenlet<>> all;
    all.reserve(count);
    for (std::size_t i = 0; i < count; ++i) all.push_back(green::spawn(sleep));
    co_await green::sleep(std::chrono::milliseconds(400));
    const long used = resident_bytes() - before;
    state.counters["bytes/fiber"] =
        static_cast<double>(used) / static_cast<double>(count);
    for (const auto& each : all) co_await each.join();
  }
}

void blocked_fibers(State& state) {
  green::run([&state]() -> green::task<> { co_await block(state); });
}
BENCHMARK(blocked_fibers)
    ->Arg(10'000)
    ->Arg(30'000)
    ->Iterations(1)
    ->Unit(benchmark::kMillisecond);

}  // namespace

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  // They call the hooks themselves.
  patcher::note_patched(1);
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
}
