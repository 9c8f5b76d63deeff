// SPDX-License-Identifier: MIT
//
// Mirrors <time.h>.
//
// Awaited: nanosleep clock_nanosleep
// Same: all else is the original: asctime clock clock_getcpuclockid
//   clock_getres clock_gettime clock_settime clock_t clockid_t ctime difftime
//   gmtime gmtime_r itimerspec localtime localtime_r mktime size_t strftime
//   strptime time time_t timegm timer_create timer_delete timer_getoverrun
//   timer_gettime timer_settime timer_t timespec timespec_get tm tzset
// Differs: no EINTR: the remaining time is never written. Of the clocks that
//   POSIX leaves to the system, CLOCK_TAI and CLOCK_BOOTTIME wait by their
//   distance from now. A sleep on a clock of processor time takes a helper
//   thread, which a kill leaves behind until the sleep is over.
// Missing: nothing.
#pragma once

#include <time.h>  // the original

#include "green/task.h"

namespace green {

using ::asctime;
using ::clock;
using ::clock_getcpuclockid;
using ::clock_getres;
using ::clock_gettime;
using ::clock_settime;
using ::clock_t;
using ::clockid_t;
using ::ctime;
using ::difftime;
using ::gmtime;
using ::gmtime_r;
using ::itimerspec;
using ::localtime;
using ::localtime_r;
using ::mktime;
using ::size_t;
using ::strftime;
using ::strptime;
using ::time;
using ::time_t;
using ::timegm;
using ::timer_create;
using ::timer_delete;
using ::timer_getoverrun;
using ::timer_gettime;
using ::timer_settime;
using ::timer_t;
using ::timespec;
using ::timespec_get;
using ::tm;
using ::tzset;

/// nanosleep(2). Never early.
task<int> nanosleep(const timespec* length, timespec* remaining);

/// clock_nanosleep(2): gives the error number. Never early; a step of the wall
/// clock moves an absolute wait on CLOCK_REALTIME.
task<int> clock_nanosleep(clockid_t clock, int flags, const timespec* time,
                          timespec* remaining);

}  // namespace green
