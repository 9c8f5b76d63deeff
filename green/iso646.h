// SPDX-License-Identifier: MIT
//
// Mirrors <iso646.h>. Made by tests/plain_mirrors_test.cc.
//
// Awaited: (nothing)
// Same: all macros
// Differs: nothing.
// Missing: nothing.
#pragma once

#include <iso646.h>  // the original
