// SPDX-License-Identifier: MIT
//
// Mirrors <sys/timeb.h>. Made by tests/plain_mirrors_test.cc.
//
// Awaited: (nothing)
// Same: all else is the original: ftime time_t timeb and all macros
// Differs: nothing.
// Missing: nothing.
#pragma once

#include <sys/timeb.h>  // the original

namespace green {

using ::ftime;
using ::time_t;
using ::timeb;

}  // namespace green
