// SPDX-License-Identifier: MIT
//
// Mirrors <net/ppp-comp.h>. Made by tests/plain_mirrors_test.cc.
//
// Awaited: (nothing)
// Same: all macros
// Differs: nothing.
// Missing: nothing.
#pragma once

#include <net/ppp-comp.h>  // the original
