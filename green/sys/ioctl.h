// SPDX-License-Identifier: MIT
//
// Mirrors <sys/ioctl.h>. A kill or timeout is thrown (docs/contract.md).
//
// Awaited: ioctl
// Same: all else is the original: winsize and the macros
// Differs: the requests of terminals and of pending bytes, such as FIONREAD,
//   FIONBIO and TIOCGWINSZ, are made at once. Those that wait for a terminal's
//   output are made of tcdrain, tcsetattr and tcsendbreak (termios.h). All
//   others may wait for a device or a disk, so a helper thread makes them. Then
//   a call that has begun ends before a kill or timeout is looked at. The third
//   argument is a number or a pointer. A signal ends only a wait of run's main
//   green thread, and only by a handler of "green/signal.h".
// Missing: nothing.
#pragma once

#include <sys/ioctl.h>  // the original

#include <concepts>

#include "green/core/attributes.h"
#include "green/task.h"

namespace green {

using ::winsize;

/// ioctl(2)
task<int> ioctl(int fd, unsigned long request);
task<int> ioctl(int fd, unsigned long request, int argument);
task<int> ioctl(int fd, unsigned long request, long argument);
task<int> ioctl(int fd, unsigned long request, const void* argument GREEN_KEPT);
template <std::integral Number>
task<int> ioctl(int fd, unsigned long request, Number argument) {
  return ioctl(fd, request, static_cast<long>(argument));
}

}  // namespace green
