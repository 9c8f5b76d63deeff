// SPDX-License-Identifier: MIT
//
// Mirrors <sys/fcntl.h>. Made by tests/plain_mirrors_test.cc.
//
// Awaited: (nothing)
// Same: all is that of "green/fcntl.h"
// Differs: nothing.
// Missing: nothing.
#pragma once

#include <sys/fcntl.h>  // the original

#include "green/fcntl.h"
