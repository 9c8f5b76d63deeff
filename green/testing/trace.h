// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace green::testing {

/// One fault, or another thing that a simulation tells of.
struct trace_event {
  std::chrono::nanoseconds when;  // since the start, in virtual time
  std::string what;

  bool operator==(const trace_event&) const = default;
};

/// "0.001500 s  recv(fd 7) of 'client': ECONNRESET"
std::string to_string(const trace_event& event);

/// One run of a program by a seed.
struct seed_run {
  std::uint64_t seed = 0;
  std::string error;  // empty when all went well
  std::vector<trace_event> trace;
  std::uint64_t hash = 0;  // of the order and results of all requests
  std::uint64_t completions = 0;
  std::chrono::nanoseconds time{};    // virtual, to the end of the program
  std::vector<std::size_t> happened;  // the numbers of the faults
  std::string misuse;  // what the hub asked that no kernel may be asked
};

}  // namespace green::testing
