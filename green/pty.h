// SPDX-License-Identifier: MIT
//
// Mirrors <pty.h>. Made by tests/plain_mirrors_test.cc.
//
// Awaited: (nothing)
// Same: all else is the original: openpty and all macros
// Differs: nothing.
// Missing: forkpty: its child has no hub of its own. Call openpty, green::fork
//   of "green/unistd.h", and login_tty of "green/utmp.h" in the child.
#pragma once

#include <pty.h>  // the original

#include "green/sys/ioctl.h"
#include "green/termios.h"

namespace green {

using ::openpty;

}  // namespace green
