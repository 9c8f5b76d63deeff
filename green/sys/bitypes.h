// SPDX-License-Identifier: MIT
//
// Mirrors <sys/bitypes.h>. Made by tests/plain_mirrors_test.cc.
//
// Awaited: (nothing)
// Same: all is that of "green/sys/types.h"
// Differs: nothing.
// Missing: nothing.
#pragma once

#include <sys/bitypes.h>  // the original

#include "green/sys/types.h"
