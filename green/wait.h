// SPDX-License-Identifier: MIT
//
// Mirrors <wait.h>. Made by tests/plain_mirrors_test.cc.
//
// Awaited: (nothing)
// Same: all is that of "green/sys/wait.h"
// Differs: nothing.
// Missing: nothing.
#pragma once

#include <wait.h>  // the original

#include "green/sys/wait.h"
