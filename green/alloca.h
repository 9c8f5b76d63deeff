// SPDX-License-Identifier: MIT
//
// Mirrors <alloca.h>. Made by tests/plain_mirrors_test.cc.
//
// Awaited: (nothing)
// Same: all else is the original: alloca size_t and all macros
// Differs: nothing.
// Missing: nothing.
#pragma once

#include <alloca.h>  // the original

namespace green {

using ::alloca;
using ::size_t;

}  // namespace green
