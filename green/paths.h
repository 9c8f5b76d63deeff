// SPDX-License-Identifier: MIT
//
// Mirrors <paths.h>. Made by tests/plain_mirrors_test.cc.
//
// Awaited: (nothing)
// Same: all macros
// Differs: nothing.
// Missing: nothing.
#pragma once

#include <paths.h>  // the original
