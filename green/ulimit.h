// SPDX-License-Identifier: MIT
//
// Mirrors <ulimit.h>. Made by tests/plain_mirrors_test.cc.
//
// Awaited: (nothing)
// Same: all else is the original: UL_GETFSIZE UL_SETFSIZE ulimit and all macros
// Differs: nothing.
// Missing: nothing.
#pragma once

#include <ulimit.h>  // the original

namespace green {

using ::UL_GETFSIZE;
using ::UL_SETFSIZE;
using ::ulimit;

}  // namespace green
