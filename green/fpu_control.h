// SPDX-License-Identifier: MIT
//
// Mirrors <fpu_control.h>. Made by tests/plain_mirrors_test.cc.
//
// Awaited: (nothing)
// Same: all else is the original: fpu_control_t and all macros
// Differs: nothing.
// Missing: nothing.
#pragma once

#include <fpu_control.h>  // the original

namespace green {

using ::fpu_control_t;

}  // namespace green
