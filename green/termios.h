// SPDX-License-Identifier: MIT
//
// Mirrors <termios.h>. A kill or timeout is thrown (docs/contract.md).
//
// Awaited: tcdrain
// Same: all else is the original: cc_t cfgetispeed cfgetospeed cfmakeraw
//   cfsetispeed cfsetospeed cfsetspeed pid_t speed_t tcflag_t tcflow tcflush
//   tcgetattr tcgetsid tcsendbreak tcsetattr termios
// Differs: a kill or timeout abandons the wait, and the draining goes on. A
//   signal ends only a wait of run's main green thread, and only by a handler
//   of "green/signal.h".
// Missing: nothing.
#pragma once

#include <termios.h>  // the original

#include "green/task.h"

namespace green {

using ::cc_t;
using ::cfgetispeed;
using ::cfgetospeed;
using ::cfmakeraw;
using ::cfsetispeed;
using ::cfsetospeed;
using ::cfsetspeed;
using ::pid_t;
using ::speed_t;
using ::tcflag_t;
using ::tcflow;
using ::tcflush;
using ::tcgetattr;
using ::tcgetsid;
using ::tcsendbreak;
using ::tcsetattr;
using ::termios;

/// tcdrain(3)
task<int> tcdrain(int fd);

}  // namespace green
