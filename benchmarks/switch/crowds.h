// SPDX-License-Identifier: MIT
#pragma once

namespace benchmarks {

/// The rows of ./run switch with very many: 100,000 that sleep and wake, and
/// 1,000,000 that are parked.
void register_crowds();

/// Prints the bytes of one that is parked, of the same 1,000,000.
void print_parked_bytes();

}  // namespace benchmarks
