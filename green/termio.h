// SPDX-License-Identifier: MIT
//
// Mirrors <termio.h>. Made by tests/plain_mirrors_test.cc.
//
// Awaited: (nothing)
// Same: all is that of "green/sys/ioctl.h" and "green/termios.h"
// Differs: nothing.
// Missing: nothing.
#pragma once

#include <termio.h>  // the original

#include "green/sys/ioctl.h"
#include "green/termios.h"
