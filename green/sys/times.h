// SPDX-License-Identifier: MIT
//
// Mirrors <sys/times.h>. Made by tests/plain_mirrors_test.cc.
//
// Awaited: (nothing)
// Same: all else is the original: clock_t times tms and all macros
// Differs: nothing.
// Missing: nothing.
#pragma once

#include <sys/times.h>  // the original

namespace green {

using ::clock_t;
using ::times;
using ::tms;

}  // namespace green
