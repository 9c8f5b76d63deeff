// SPDX-License-Identifier: MIT
//
// Mirrors <syscall.h>. Made by tests/plain_mirrors_test.cc.
//
// Awaited: (nothing)
// Same: all is that of "green/sys/syscall.h"
// Differs: nothing.
// Missing: nothing.
#pragma once

#include <syscall.h>  // the original

#include "green/sys/syscall.h"
