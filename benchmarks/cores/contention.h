// SPDX-License-Identifier: MIT
#pragma once

namespace benchmarks {

/// Measures a lock that hubs on several threads want at once, beside
/// std::mutex on as many threads, and prints the table.
void print_contention(unsigned rounds);

}  // namespace benchmarks
