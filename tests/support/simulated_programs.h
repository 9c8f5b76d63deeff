// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "green/task.h"
#include "tests/support/simulated_kernel.h"

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

/// Runs it on a simulated kernel and on virtual time, on a thread of its own.
/// Empty, or what went wrong.
std::string simulate(const simulated_program& program, simulation& plan);

}  // namespace tests
