// SPDX-License-Identifier: MIT
//
// Mirrors <sys/ttydefaults.h>. Made by tests/plain_mirrors_test.cc.
//
// Awaited: (nothing)
// Same: all macros
// Differs: nothing.
// Missing: nothing.
#pragma once

#include <sys/ttydefaults.h>  // the original
