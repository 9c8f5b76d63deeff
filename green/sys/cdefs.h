// SPDX-License-Identifier: MIT
//
// Mirrors <sys/cdefs.h>. Made by tests/plain_mirrors_test.cc.
//
// Awaited: (nothing)
// Same: all macros
// Differs: nothing.
// Missing: nothing.
#pragma once

#include <sys/cdefs.h>  // the original
