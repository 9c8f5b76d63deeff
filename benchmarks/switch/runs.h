// SPDX-License-Identifier: MIT
#pragma once

#include <benchmark/benchmark.h>

#include <asio/co_spawn.hpp>
#include <asio/io_context.hpp>
#include <exception>
#include <functional>

#include "green/green.h"

namespace benchmarks {

/// Runs a benchmark of green to its end.
template <class F>
void run_green(benchmark::State& state, F f) {
  green::run(f, std::ref(state));
}

/// Runs a benchmark of asio on one thread.
template <class F>
void run_asio(benchmark::State& state, F f) {
  asio::io_context context(1);
  asio::co_spawn(context, f(state), [](std::exception_ptr error) {
    if (error) std::rethrow_exception(error);
  });
  context.run();
}

}  // namespace benchmarks
