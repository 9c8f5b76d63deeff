// SPDX-License-Identifier: MIT
//
// Mirrors <sys/time.h>. Made by tests/plain_mirrors_test.cc.
//
// Awaited: (nothing)
// Same: all else is the original: ITIMER_PROF ITIMER_REAL ITIMER_VIRTUAL
//   adjtime getitimer gettimeofday itimerval setitimer settimeofday timezone
//   and all macros
// Differs: nothing.
// Missing: utimes lutimes futimes futimesat: await utimensat and futimens of
//   "green/sys/stat.h".
#pragma once

#include <sys/time.h>  // the original

#include "green/sys/select.h"

namespace green {

using ::adjtime;
using ::getitimer;
using ::gettimeofday;
using ::ITIMER_PROF;
using ::ITIMER_REAL;
using ::ITIMER_VIRTUAL;
using ::itimerval;
using ::setitimer;
using ::settimeofday;
using ::timezone;

}  // namespace green
