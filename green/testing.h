// SPDX-License-Identifier: MIT
//
// Tests of programs that use green: on virtual time, and on a kernel, network
// and disk that fail on purpose. The target is //green:testing.
//
//   const auto whole_program = []() -> green::task<> {
//     co_await green::sleep(24h);  // takes no time
//   };
//   green::testing::run(whole_program);
//   green::testing::options how;
//   how.resets(0.01).delays(1, green::testing::uniform(1us, 10ms));
//   green::testing::simulate(1000, whole_program, how);  // seeds 1 to 1000
//
// Both throw what goes wrong, so that any framework can call them. They block
// their OS thread, which may be any thread whose hub does not run. A kill or
// timeout reaches the green threads in them alone (docs/contract.md).
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>

#include "green/green.h"
#include "green/hubs/each.h"
#include "green/task.h"
#include "green/testing/options.h"
#include "green/testing/seeds.h"
#include "green/testing/trace.h"
#include "green/testing/virtual_time.h"

namespace green::testing {

/// green::run on virtual time, which stands still while something is ready and
/// then jumps to the next timer. A deadlock throws loop_exit at once.
///
/// Files, sockets and children are real. Before a jump, the hub gives them real
/// time to answer the requests in flight. For a request that a disk alone
/// answers it waits up to 10 s, and for another one up to 10 ms. While the
/// process has a child, a busy helper or another thread, it waits up to 50 ms.
/// If no answer comes, time jumps. It then jumps without that wait until the
/// program makes its next request.
template <class F, class... Args>
decltype(auto) run(F&& f, Args&&... args) {
  const virtual_time scope;
  return green::run(std::forward<F>(f), std::forward<Args>(args)...);
}

/// A seed has failed. The text has the seed, the error, the faults, and how to
/// replay it.
class simulation_failed : public std::runtime_error {
 public:
  /// With the text that was printed.
  simulation_failed(const std::string& text, seed_run failed)
      : runtime_error(text), run_(std::move(failed)) {}

  /// The run with the fewest faults that failed.
  const seed_run& run() const noexcept { return run_; }

 private:
  seed_run run_;
};

/// What a simulation of several seeds did.
struct simulated {
  std::size_t seeds = 0;
  std::size_t faults = 0;
  std::uint64_t requests = 0;
};

/// A whole program.
using program = std::function<task<>()>;
/// simulate of such a program.
simulated simulate_program(const seeds& all, const program& f,
                           const options& how);
/// simulate_seed of such a program.
seed_run simulate_program_once(std::uint64_t seed, const program& f,
                               const options& how);

/// Runs f(), a whole program of one hub, once for each seed. The seed decides
/// over the kernel, the clocks, the network and the names of hosts. It also
/// gives each random number to the program. So the same seed does the same
/// again. Each run has an OS thread of its own.
///
/// The first seed with which f throws, deadlocks, or runs for ever, is printed
/// and thrown as simulation_failed. The environment's GREEN_SEED=N
/// runs that seed alone.
///
/// Files, pipes and Unix sockets are real. Internet sockets know each other
/// alone. A child is waited for in real time, and the trace says so. Calls on a
/// descriptor with O_NONBLOCK meet no faults. run_on_each throws, because no
/// seed decides the order of OS threads.
template <class F>
simulated simulate(const seeds& all, F f, const options& how = {}) {
  return simulate_program(
      all, std::bind_front(call_as_task<std::decay_t<F>>, std::move(f)), how);
}

/// One seed. Gives its error in place of throwing it, and prints nothing.
template <class F>
seed_run simulate_seed(std::uint64_t seed, F f, const options& how = {}) {
  return simulate_program_once(
      seed, std::bind_front(call_as_task<std::decay_t<F>>, std::move(f)), how);
}

}  // namespace green::testing
