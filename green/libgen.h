// SPDX-License-Identifier: MIT
//
// Mirrors <libgen.h>. Made by tests/plain_mirrors_test.cc.
//
// Awaited: (nothing)
// Same: all else is the original: dirname and all macros
// Differs: nothing.
// Missing: nothing.
#pragma once

#include <libgen.h>  // the original

namespace green {

using ::dirname;

}  // namespace green
