// SPDX-License-Identifier: MIT
//
// Mirrors <termios.h>.
//
// Awaited: tcdrain
// Same: all else is the original: cc_t cfgetispeed cfgetospeed cfmakeraw
//   cfsetispeed cfsetospeed cfsetspeed pid_t speed_t tcflag_t tcflow tcflush
//   tcgetattr tcgetsid tcsendbreak tcsetattr termios
// Differs: killed while it waits, the draining goes on.
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
