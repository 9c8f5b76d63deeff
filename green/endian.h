// SPDX-License-Identifier: MIT
//
// Mirrors <endian.h>. Made by tests/plain_mirrors_test.cc.
//
// Awaited: (nothing)
// Same: all macros
// Differs: nothing.
// Missing: nothing.
#pragma once

#include <endian.h>  // the original
