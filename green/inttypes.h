// SPDX-License-Identifier: MIT
//
// Mirrors <inttypes.h>. Made by tests/plain_mirrors_test.cc.
//
// Awaited: (nothing)
// Same: all else is the original: imaxabs imaxdiv imaxdiv_t strtoimax strtoumax
//   wcstoimax wcstoumax and all macros
// Differs: nothing.
// Missing: nothing.
#pragma once

#include <inttypes.h>  // the original

#include "green/stdint.h"

namespace green {

using ::imaxabs;
using ::imaxdiv, ::imaxdiv_t;
using ::strtoimax;
using ::strtoumax;
using ::wcstoimax;
using ::wcstoumax;

}  // namespace green
