// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

namespace benchmarks {

/// The rows of ./run switch with very many: 100,000 that sleep and wake, and
/// 1,000,000 that are parked.
void register_crowds();

/// The bytes of one that is parked, of the same 1,000,000. To be called before
/// all else, because memory that is free by then would not count.
std::uint64_t parked_bytes();

}  // namespace benchmarks
