// SPDX-License-Identifier: MIT
//
// Mirrors <sys/timerfd.h>. Made by tests/plain_mirrors_test.cc.
//
// Awaited: (nothing)
// Same: all else is the original: TFD_CLOEXEC TFD_NONBLOCK TFD_TIMER_ABSTIME
//   TFD_TIMER_CANCEL_ON_SET timerfd_create timerfd_gettime timerfd_settime and
//   all macros
// Differs: await green::read of the descriptor.
// Missing: nothing.
#pragma once

#include <sys/timerfd.h>  // the original

#include "green/time.h"

namespace green {

using ::TFD_CLOEXEC;
using ::TFD_NONBLOCK;
using ::TFD_TIMER_ABSTIME;
using ::TFD_TIMER_CANCEL_ON_SET;
using ::timerfd_create;
using ::timerfd_gettime;
using ::timerfd_settime;

}  // namespace green
