// SPDX-License-Identifier: MIT
//
// Mirrors <sysexits.h>. Made by tests/plain_mirrors_test.cc.
//
// Awaited: (nothing)
// Same: all macros
// Differs: nothing.
// Missing: nothing.
#pragma once

#include <sysexits.h>  // the original
