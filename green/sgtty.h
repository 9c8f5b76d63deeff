// SPDX-License-Identifier: MIT
//
// Mirrors <sgtty.h>. Made by tests/plain_mirrors_test.cc.
//
// Awaited: (nothing)
// Same: all else is the original: sgttyb and all macros
// Differs: nothing.
// Missing: gtty stty: glibc does not have them any more. Call green::tcgetattr,
//   and await green::tcsetattr, of "green/termios.h".
#pragma once

#include <sgtty.h>  // the original

#include "green/sys/ioctl.h"

namespace green {

using ::sgttyb;

}  // namespace green
