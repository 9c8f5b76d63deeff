// SPDX-License-Identifier: MIT
//
// Mirrors <sys/random.h>. Made by tests/plain_mirrors_test.cc.
//
// Awaited: (nothing)
// Same: all else is the original: getentropy getrandom and all macros
// Differs: both wait once after the machine's start, until the kernel has
//   enough randomness.
// Missing: nothing.
#pragma once

#include <sys/random.h>  // the original

#include "green/sys/select.h"
#include "green/sys/types.h"

namespace green {

using ::getentropy;
using ::getrandom;

}  // namespace green
