// SPDX-License-Identifier: MIT
//
// remove of <algorithm>. A using-declaration would not do, because std::remove
// may also be the call of <cstdio>, which waits for a disk.
#pragma once

#include <algorithm>
#include <utility>

namespace green {

/// [alg.remove]
template <class Iterator, class T>
constexpr Iterator remove(Iterator first, Iterator last, const T& value) {
  return std::remove(std::move(first), std::move(last), value);
}

}  // namespace green
