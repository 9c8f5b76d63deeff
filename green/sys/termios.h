// SPDX-License-Identifier: MIT
//
// Mirrors <sys/termios.h>. Made by tests/plain_mirrors_test.cc.
//
// Awaited: (nothing)
// Same: all is that of "green/termios.h"
// Differs: nothing.
// Missing: nothing.
#pragma once

#include <sys/termios.h>  // the original

#include "green/termios.h"
