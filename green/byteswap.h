// SPDX-License-Identifier: MIT
//
// Mirrors <byteswap.h>. Made by tests/plain_mirrors_test.cc.
//
// Awaited: (nothing)
// Same: all macros
// Differs: nothing.
// Missing: nothing.
#pragma once

#include <byteswap.h>  // the original
