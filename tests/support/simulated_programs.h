// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

#include "green/task.h"
#include "green/testing/trace.h"
#include "tests/support/simulated_tools.h"

namespace tests {

/// A program that keeps account of what it does, so that nothing can be lost.
struct simulated_program {
  const char* name;
  green::task<> (*body)(chances luck, bool errors);
};

extern const simulated_program simulated_programs[12];

// In simulated_wholes.cc.
green::task<> log_file(chances luck, bool errors);
green::task<> syslog(chances luck, bool errors);
green::task<> wholes(chances luck, bool errors);
// In simulated_scopes.cc.
green::task<> scopes(chances luck, bool errors);

/// Runs it on a hostile kernel. The error is empty, or tells what went wrong.
green::testing::seed_run simulate(const simulated_program& program,
                                  std::uint64_t seed, bool errors);

}  // namespace tests
