// SPDX-License-Identifier: MIT
//
// Mirrors <fnmatch.h>. Made by tests/plain_mirrors_test.cc.
//
// Awaited: (nothing)
// Same: all else is the original: fnmatch and all macros
// Differs: nothing.
// Missing: nothing.
#pragma once

#include <fnmatch.h>  // the original

namespace green {

using ::fnmatch;

}  // namespace green
