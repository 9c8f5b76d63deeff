// SPDX-License-Identifier: MIT
#pragma once

#include <vector>

namespace benchmarks {

/// Adds to `locks` what it costs two green threads, of one hub and of two, to
/// wake each other. The CPUs are those to choose from.
void register_ping_pong(const std::vector<int>& cpus);

}  // namespace benchmarks
