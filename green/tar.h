// SPDX-License-Identifier: MIT
//
// Mirrors <tar.h>. Made by tests/plain_mirrors_test.cc.
//
// Awaited: (nothing)
// Same: all macros
// Differs: nothing.
// Missing: nothing.
#pragma once

#include <tar.h>  // the original
