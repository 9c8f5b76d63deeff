// SPDX-License-Identifier: MIT
//
// Mirrors <time.h>. A kill or timeout is thrown (docs/contract.md).
//
// Awaited: nanosleep clock_nanosleep
// Same: all else is the original: asctime asctime_r clock clock_adjtime
//   clock_getcpuclockid clock_getres clock_gettime clock_settime clock_t
//   clockid_t ctime ctime_r daylight difftime dysize gmtime gmtime_r itimerspec
//   locale_t localtime localtime_r mktime pid_t sigevent size_t strftime
//   strftime_l strptime strptime_l time time_t timegm timelocal timer_create
//   timer_delete timer_getoverrun timer_gettime timer_settime timer_t timespec
//   timespec_get timespec_getres timex timezone tm tzname tzset
// Differs: a signal ends only a sleep of run's main green thread, and only by a
//   handler of "green/signal.h". CLOCK_TAI and CLOCK_BOOTTIME sleep by their
//   distance from now, so that a later step of theirs does not count. A sleep
//   on a clock of processor time, or of alarms, takes a helper thread. A kill
//   leaves that thread until the sleep is over.
// Missing: getdate getdate_r getdate_err, which read a file of patterns:
//   strptime.
#pragma once

#include <time.h>  // the original

#include "green/core/attributes.h"
#include "green/task.h"

namespace green {

using ::asctime;
using ::asctime_r;
using ::clock;
using ::clock_adjtime;
using ::clock_getcpuclockid;
using ::clock_getres;
using ::clock_gettime;
using ::clock_settime;
using ::clock_t;
using ::clockid_t;
using ::ctime;
using ::ctime_r;
using ::daylight;
using ::difftime;
using ::dysize;
using ::gmtime;
using ::gmtime_r;
using ::itimerspec;
using ::locale_t;
using ::localtime;
using ::localtime_r;
using ::mktime;
using ::pid_t;
using ::sigevent;
using ::size_t;
using ::strftime;
using ::strftime_l;
using ::strptime;
using ::strptime_l;
using ::time;
using ::time_t;
using ::timegm;
using ::timelocal;
using ::timer_create;
using ::timer_delete;
using ::timer_getoverrun;
using ::timer_gettime;
using ::timer_settime;
using ::timer_t;
using ::timespec;
using ::timespec_get;
using ::timespec_getres;
using ::timex;
using ::timezone;
using ::tm;
using ::tzname;
using ::tzset;

/// nanosleep(2). Never early.
task<int> nanosleep(const timespec* length GREEN_KEPT,
                    timespec* remaining GREEN_KEPT);

/// clock_nanosleep(2): gives the error number. Never early; a step of the wall
/// clock moves an absolute wait on CLOCK_REALTIME.
task<int> clock_nanosleep(clockid_t clock, int flags,
                          const timespec* time GREEN_KEPT,
                          timespec* remaining GREEN_KEPT);

}  // namespace green
