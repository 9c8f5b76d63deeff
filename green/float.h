// SPDX-License-Identifier: MIT
//
// Mirrors <float.h>. Made by tests/plain_mirrors_test.cc.
//
// Awaited: (nothing)
// Same: all macros
// Differs: nothing.
// Missing: nothing.
#pragma once

#include <float.h>  // the original
