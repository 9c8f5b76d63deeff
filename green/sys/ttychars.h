// SPDX-License-Identifier: MIT
//
// Mirrors <sys/ttychars.h>. Made by tests/plain_mirrors_test.cc.
//
// Awaited: (nothing)
// Same: all else is the original: ttychars and all macros
// Differs: nothing.
// Missing: nothing.
#pragma once

#include <sys/ttychars.h>  // the original

namespace green {

using ::ttychars;

}  // namespace green
