// SPDX-License-Identifier: MIT
// thread_locals: what a wait costs a fiber that has thread-locals of its own

#include <benchmark/benchmark.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <string>

#include "benchmarks/machine.h"
#include "benchmarks/objects.h"
#include "benchmarks/ratio_reporter.h"
#include "green/core/sleep.h"
#include "green/green.h"
#include "green/greenlet.h"
#include "green/patcher.h"
#include "green/patcher/fiber.h"

namespace {

using benchmark::State;
namespace patcher = green::patcher;

constexpr std::size_t stack = patcher::fiber_stack::usual;

green::core::task<> yield() { co_await green::core::yield_wait(); }

// On a fiber: lets the other one run.
void wait_once() {
  const patcher::shut_gate shut;
  shut.owner().wait_for(yield(), true);
}

void measure(void* state) {
  for (auto _ : *static_cast<State*>(state)) wait_once();
}

void wait_until(void* stop) {
  while (!*static_cast<bool*>(stop)) wait_once();
}

// Two fibers by turns, so that each iteration has two waits.
template <class Run>
void by_turns(State& state, Run run) {
  green::run([&state, run]() -> green::task<> {
    bool stop = false;
    const auto partner = [run, &stop]() -> green::task<> {
      co_await run(wait_until, &stop);
    };
    auto other = green::spawn(partner);
    co_await run(measure, &state);
    stop = true;
    co_await other.get();
  });
}

void shared(State& state) {
  by_turns(state, [](void (*f)(void*), void* argument) {
    return patcher::run_on_fiber(stack, f, argument);
  });
}

void own(State& state) {
  by_turns(state, [](void (*f)(void*), void* argument) {
    return patcher::run_as_thread(stack, f, argument,
                                  patcher::thread_locals::start::fresh);
  });
}

// With an object of so many bytes. What is followed once is followed for ever,
// so each size has a process of its own.
int measure_size(int argc, char** argv, int bytes) {
  if (bytes > 0) {
    const std::string object = benchmarks::object_path(
        "thread_locals_" + std::to_string(bytes) + ".so");
    (void)patcher::import_patched(object.c_str());
  }
  const std::string what = std::to_string(bytes) + " bytes/";
  benchmark::RegisterBenchmark((what + "own").c_str(), own);
  benchmark::RegisterBenchmark((what + "shared").c_str(), shared);
  return benchmarks::run_with_ratios(argc, argv, "own");
}

}  // namespace

int main(int argc, char** argv) {
  benchmarks::pin_to_cpu(benchmarks::allowed_cpus().front());
  for (const int bytes : {0, 64, 1024, 16384}) {
    const pid_t child = ::fork();
    if (child == 0) std::exit(measure_size(argc, argv, bytes));
    int status = 0;
    if (child < 0 || ::waitpid(child, &status, 0) < 0) {
      std::perror("thread_locals");
      return 1;
    }
    if (status != 0) return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
  }
}
