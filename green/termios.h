// SPDX-License-Identifier: MIT
//
// Mirrors <termios.h>. A kill or timeout is thrown (docs/contract.md).
//
// Awaited: tcdrain tcsetattr tcsendbreak tcflow tcflush
// Same: all else is the original: cc_t cfgetispeed cfgetospeed cfmakeraw
//   cfsetispeed cfsetospeed cfsetspeed pid_t speed_t tcflag_t tcgetattr
//   tcgetsid termios
// Differs: a kill or timeout abandons the wait. The draining, or the break,
// goes
//   on, and so does tcflow. tcsetattr drains first and then sets the terminal
//   at once. So it sets nothing after a kill. tcflush that has begun ends
//   before a kill is looked at. Of a background process only tcsetattr raises
//   SIGTTOU. A signal ends only a wait of run's main green thread, and only by
//   a handler of "green/signal.h".
// Missing: nothing.
#pragma once

#include <termios.h>  // the original

#include "green/core/attributes.h"
#include "green/hub/operation.h"
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
using ::tcgetattr;
using ::tcgetsid;
using ::termios;

/// tcdrain(3)
task<int> tcdrain(int fd);
/// tcsetattr(3): see Differs.
task<int> tcsetattr(int fd, int when, const struct termios* mode GREEN_KEPT);
/// tcsendbreak(3)
task<int> tcsendbreak(int fd, int duration);
/// tcflow(3)
task<int> tcflow(int fd, int action);
/// tcflush(3)
hub::operation<int> tcflush(int fd, int queue);

}  // namespace green
