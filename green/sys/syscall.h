// SPDX-License-Identifier: MIT
//
// Mirrors <sys/syscall.h>. Made by tests/plain_mirrors_test.cc.
//
// Awaited: (nothing)
// Same: all macros
// Differs: nothing.
// Missing: nothing.
#pragma once

#include <sys/syscall.h>  // the original
