// SPDX-License-Identifier: MIT
//
// Mirrors <sys/single_threaded.h>. Made by tests/plain_mirrors_test.cc.
//
// Awaited: (nothing)
// Same: all macros
// Differs: nothing.
// Missing: nothing.
#pragma once

#include <sys/single_threaded.h>  // the original
