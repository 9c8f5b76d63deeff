// SPDX-License-Identifier: MIT
//
// Mirrors <sys/prctl.h>. Made by tests/plain_mirrors_test.cc.
//
// Awaited: (nothing)
// Same: all else is the original: prctl prctl_mm_map and all macros
// Differs: nothing.
// Missing: nothing.
#pragma once

#include <sys/prctl.h>  // the original

namespace green {

using ::prctl;
using ::prctl_mm_map;

}  // namespace green
