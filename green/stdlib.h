// SPDX-License-Identifier: MIT
//
// Mirrors <stdlib.h>.
//
// Awaited: system
// Same: all else is the original: _Exit a64l abort abs aligned_alloc
//   at_quick_exit atexit atof atoi atol atoll bsearch calloc clearenv div
//   div_t drand48 erand48 exit free getenv getloadavg getsubopt grantpt
//   initstate jrand48 l64a labs lcong48 ldiv ldiv_t llabs lldiv lldiv_t
//   lrand48 malloc mblen mbstowcs mbtowc mkdtemp mkostemp mkostemps mkstemp
//   mkstemps mrand48 nrand48 on_exit posix_memalign posix_openpt ptsname
//   ptsname_r putenv qsort qsort_r quick_exit rand rand_r random realloc
//   reallocarray realpath secure_getenv seed48 setenv setstate size_t srand
//   srand48 srandom strtod strtof strtol strtold strtoll strtoul strtoull
//   unlockpt unsetenv wchar_t wcstombs wctomb
// Differs: while a command of system runs, SIGINT and SIGQUIT are ignored by
//   the process, as POSIX has it, but SIGCHLD is not blocked: a handler of
//   the program runs, and one that takes the status of every child makes
//   system fail with ECHILD. Killed, system kills the shell (SIGKILL), and
//   takes its status; what the shell has started goes on.
// Missing: mktemp, which is unsafe.
#pragma once

#include <stdlib.h>  // the original

#include "green/task.h"

namespace green {

using ::_Exit;
using ::a64l;
using ::abort;
using ::abs;
using ::aligned_alloc;
using ::at_quick_exit;
using ::atexit;
using ::atof;
using ::atoi;
using ::atol;
using ::atoll;
using ::bsearch;
using ::calloc;
using ::clearenv;
using ::div;
using ::div_t;
using ::drand48;
using ::erand48;
using ::exit;
using ::free;
using ::getenv;
using ::getloadavg;
using ::getsubopt;
using ::grantpt;
using ::initstate;
using ::jrand48;
using ::l64a;
using ::labs;
using ::lcong48;
using ::ldiv;
using ::ldiv_t;
using ::llabs;
using ::lldiv;
using ::lldiv_t;
using ::lrand48;
using ::malloc;
using ::mblen;
using ::mbstowcs;
using ::mbtowc;
using ::mkdtemp;
using ::mkostemp;
using ::mkostemps;
using ::mkstemp;
using ::mkstemps;
using ::mrand48;
using ::nrand48;
using ::on_exit;
using ::posix_memalign;
using ::posix_openpt;
using ::ptsname;
using ::ptsname_r;
using ::putenv;
using ::qsort;
using ::qsort_r;
using ::quick_exit;
using ::rand;
using ::rand_r;
using ::random;
using ::realloc;
using ::reallocarray;
using ::realpath;
using ::secure_getenv;
using ::seed48;
using ::setenv;
using ::setstate;
using ::size_t;
using ::srand;
using ::srand48;
using ::srandom;
using ::strtod;
using ::strtof;
using ::strtol;
using ::strtold;
using ::strtoll;
using ::strtoul;
using ::strtoull;
using ::unlockpt;
using ::unsetenv;
using ::wcstombs;
using ::wctomb;

/// system(3)
task<int> system(const char* command);

}  // namespace green
