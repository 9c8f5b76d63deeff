// SPDX-License-Identifier: MIT
//
// Mirrors <net/if_slip.h>. Made by tests/plain_mirrors_test.cc.
//
// Awaited: (nothing)
// Same: all macros
// Differs: nothing.
// Missing: nothing.
#pragma once

#include <net/if_slip.h>  // the original
