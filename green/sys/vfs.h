// SPDX-License-Identifier: MIT
//
// Mirrors <sys/vfs.h>. Made by tests/plain_mirrors_test.cc.
//
// Awaited: (nothing)
// Same: all is that of "green/sys/statfs.h"
// Differs: nothing.
// Missing: nothing.
#pragma once

#include <sys/vfs.h>  // the original

#include "green/sys/statfs.h"
