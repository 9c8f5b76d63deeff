// SPDX-License-Identifier: MIT
//
// Mirrors <sys/unistd.h>. Made by tests/plain_mirrors_test.cc.
//
// Awaited: (nothing)
// Same: all is that of "green/unistd.h"
// Differs: nothing.
// Missing: nothing.
#pragma once

#include <sys/unistd.h>  // the original

#include "green/unistd.h"
