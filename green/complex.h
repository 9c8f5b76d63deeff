// SPDX-License-Identifier: MIT
//
// Mirrors <complex.h>. Made by tests/plain_mirrors_test.cc.
//
// Awaited: (nothing)
// Same: all is that of "green/complex"
// Differs: nothing.
// Missing: nothing.
#pragma once

#include <complex.h>  // the original

#include "green/complex"
