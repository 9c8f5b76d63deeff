// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace green::hub {
class loop;
}

namespace green {

/// What a hub has done so far, and has to do now.
struct hub_statistics {
  /// The requests to the kernel with one name, as "recv".
  struct requests_of {
    const char* kind;
    std::uint64_t in_flight;
    std::uint64_t done;
  };
  using nanoseconds = std::chrono::nanoseconds;

  int os_thread = 0;  // gettid(2) of the hub's thread
  // Green threads.
  std::uint64_t live = 0;
  std::uint64_t spawned = 0;  // so far
  std::uint64_t failed = 0;   // have ended with an error
  std::uint64_t ready = 0;    // wait for their turn
  // The hub.
  std::uint64_t turns = 0;
  std::uint64_t system_calls = 0;
  std::uint64_t posts = 0;  // by other threads
  nanoseconds age{};        // the sum of the next three
  nanoseconds working{};
  nanoseconds in_kernel{};  // without a wait; measured for one call of 16
  nanoseconds idle{};
  // Timers. `late` is how long after its deadline one has fired.
  std::size_t timers = 0;  // armed
  std::uint64_t timers_fired = 0;
  nanoseconds late_p50{};
  nanoseconds late_p99{};
  nanoseconds late_most{};
  std::vector<requests_of> requests;
  // Helper threads, of the whole process.
  std::size_t helpers_busy = 0;
  std::size_t helpers_waiting = 0;
};

namespace dumps {

/// On the hub's own thread.
hub_statistics statistics_of(hub::loop& hub);

}  // namespace dumps

}  // namespace green
