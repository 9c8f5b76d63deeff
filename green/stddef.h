// SPDX-License-Identifier: MIT
//
// Mirrors <stddef.h>. Made by tests/plain_mirrors_test.cc.
//
// Awaited: (nothing)
// Same: all else is the original: max_align_t ptrdiff_t size_t and all macros
// Differs: nothing.
// Missing: nothing.
#pragma once

#include <stddef.h>  // the original

namespace green {

using ::max_align_t;
using ::ptrdiff_t;
using ::size_t;

}  // namespace green
