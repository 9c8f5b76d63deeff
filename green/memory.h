// SPDX-License-Identifier: MIT
//
// Mirrors <memory.h>. Made by tests/plain_mirrors_test.cc.
//
// Awaited: (nothing)
// Same: all is that of "green/string.h"
// Differs: nothing.
// Missing: nothing.
#pragma once

#include <memory.h>  // the original

#include "green/string.h"
