// SPDX-License-Identifier: MIT
#pragma once

#include <vector>

namespace tests {

/// A vector of what is given; g++ 12 takes no braced list where something is
/// awaited.
template <class First, class... Rest>
std::vector<First> vector_of(First first, Rest... rest) {
  return {first, rest...};
}

}  // namespace tests
