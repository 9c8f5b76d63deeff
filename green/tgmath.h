// SPDX-License-Identifier: MIT
//
// Mirrors <tgmath.h>. Made by tests/plain_mirrors_test.cc.
//
// Awaited: (nothing)
// Same: all is that of "green/cmath" and "green/complex"
// Differs: nothing.
// Missing: nothing.
#pragma once

#include <tgmath.h>  // the original

#include "green/cmath"
#include "green/complex"
