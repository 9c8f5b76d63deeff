// SPDX-License-Identifier: MIT
//
// Mirrors <stdalign.h>. Made by tests/plain_mirrors_test.cc.
//
// Awaited: (nothing)
// Same: all macros
// Differs: nothing.
// Missing: nothing.
#pragma once

#include <stdalign.h>  // the original
