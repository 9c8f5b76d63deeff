// SPDX-License-Identifier: MIT
//
// Mirrors <sys/dir.h>. Made by tests/plain_mirrors_test.cc.
//
// Awaited: (nothing)
// Same: all is that of "green/dirent.h"
// Differs: nothing.
// Missing: nothing.
#pragma once

#include <sys/dir.h>  // the original

#include "green/dirent.h"
