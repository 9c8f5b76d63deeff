// SPDX-License-Identifier: MIT
//
// Mirrors <ieee754.h>. Made by tests/plain_mirrors_test.cc.
//
// Awaited: (nothing)
// Same: all else is the original: ieee754_double ieee754_float
//   ieee854_long_double and all macros
// Differs: nothing.
// Missing: nothing.
#pragma once

#include <ieee754.h>  // the original

namespace green {

using ::ieee754_double;
using ::ieee754_float;
using ::ieee854_long_double;

}  // namespace green
