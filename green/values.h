// SPDX-License-Identifier: MIT
//
// Mirrors <values.h>. Made by tests/plain_mirrors_test.cc.
//
// Awaited: (nothing)
// Same: all macros
// Differs: nothing.
// Missing: nothing.
#pragma once

#include <values.h>  // the original
