// SPDX-License-Identifier: MIT
//
// Mirrors <sys/queue.h>. Made by tests/plain_mirrors_test.cc.
//
// Awaited: (nothing)
// Same: all macros
// Differs: nothing.
// Missing: nothing.
#pragma once

#include <sys/queue.h>  // the original
