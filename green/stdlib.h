// SPDX-License-Identifier: MIT
//
// Mirrors <stdlib.h>. A kill or timeout is thrown (docs/contract.md).
//
// Awaited: system realpath canonicalize_file_name mkstemp mkostemp mkstemps
//   mkostemps mkdtemp
// Same: all else is the original: _Exit a64l abort abs aligned_alloc
//   at_quick_exit atexit atof atoi atol atoll bsearch calloc clearenv
//   comparison_fn_t div div_t drand48 drand48_data drand48_r ecvt ecvt_r
//   erand48 erand48_r exit fcvt fcvt_r free gcvt getenv getloadavg getpt
//   getsubopt grantpt initstate initstate_r jrand48 jrand48_r l64a labs
//   lcong48 lcong48_r ldiv ldiv_t llabs lldiv lldiv_t locale_t lrand48
//   lrand48_r malloc mblen mbstowcs mbtowc mrand48 mrand48_r nrand48
//   nrand48_r on_exit posix_memalign posix_openpt ptsname ptsname_r putenv
//   qecvt qecvt_r qfcvt qfcvt_r qgcvt qsort qsort_r quick_exit rand rand_r
//   random random_data random_r realloc reallocarray rpmatch secure_getenv
//   seed48 seed48_r setenv setstate setstate_r size_t srand srand48
//   srand48_r srandom srandom_r strfromd strfromf strfroml strtod strtod_l
//   strtof strtof_l strtol strtol_l strtold strtold_l strtoll strtoll_l
//   strtoq strtoul strtoul_l strtoull strtoull_l strtouq unlockpt unsetenv
//   valloc wchar_t wcstombs wctomb
// Differs: while a command of system runs, the process ignores SIGINT and
//   SIGQUIT, as POSIX has it. It does not ignore a signal that has a
//   signal_handler or ends run_until. SIGCHLD is not blocked, so that a
//   handler of the program runs. One that takes the status of every child
//   makes system fail with ECHILD. A kill of system kills the shell (SIGKILL),
//   and takes its status. Children of the shell go on. realpath and its kin,
//   and mkstemp and its kin, end before a kill or timeout is looked at, once
//   they have begun.
// Missing: mktemp, which is unsafe; alloca, a macro; arc4random, which is in
//   glibc since 2.36; strtof32 and its like; the names in 64 (mkstemp64).
#pragma once

#include <stdlib.h>  // the original

#include "green/core/attributes.h"
#include "green/hub/operation.h"
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
using ::comparison_fn_t;
using ::div;
using ::div_t;
using ::drand48;
using ::drand48_data;
using ::drand48_r;
using ::ecvt;
using ::ecvt_r;
using ::erand48;
using ::erand48_r;
using ::exit;
using ::fcvt;
using ::fcvt_r;
using ::free;
using ::gcvt;
using ::getenv;
using ::getloadavg;
using ::getpt;
using ::getsubopt;
using ::grantpt;
using ::initstate;
using ::initstate_r;
using ::jrand48;
using ::jrand48_r;
using ::l64a;
using ::labs;
using ::lcong48;
using ::lcong48_r;
using ::ldiv;
using ::ldiv_t;
using ::llabs;
using ::lldiv;
using ::lldiv_t;
using ::locale_t;
using ::lrand48;
using ::lrand48_r;
using ::malloc;
using ::mblen;
using ::mbstowcs;
using ::mbtowc;
using ::mrand48;
using ::mrand48_r;
using ::nrand48;
using ::nrand48_r;
using ::on_exit;
using ::posix_memalign;
using ::posix_openpt;
using ::ptsname;
using ::ptsname_r;
using ::putenv;
using ::qecvt;
using ::qecvt_r;
using ::qfcvt;
using ::qfcvt_r;
using ::qgcvt;
using ::qsort;
using ::qsort_r;
using ::quick_exit;
using ::rand;
using ::rand_r;
using ::random;
using ::random_data;
using ::random_r;
using ::realloc;
using ::reallocarray;
using ::rpmatch;
using ::secure_getenv;
using ::seed48;
using ::seed48_r;
using ::setenv;
using ::setstate;
using ::setstate_r;
using ::size_t;
using ::srand;
using ::srand48;
using ::srand48_r;
using ::srandom;
using ::srandom_r;
using ::strfromd;
using ::strfromf;
using ::strfroml;
using ::strtod;
using ::strtod_l;
using ::strtof;
using ::strtof_l;
using ::strtol;
using ::strtol_l;
using ::strtold;
using ::strtold_l;
using ::strtoll;
using ::strtoll_l;
using ::strtoq;
using ::strtoul;
using ::strtoul_l;
using ::strtoull;
using ::strtoull_l;
using ::strtouq;
using ::unlockpt;
using ::unsetenv;
using ::valloc;
using ::wcstombs;
using ::wctomb;

/// system(3)
task<int> system(const char* command GREEN_KEPT);

/// realpath(3)
task<char*> realpath(const char* path GREEN_KEPT, char* resolved GREEN_KEPT);
/// canonicalize_file_name(3)
task<char*> canonicalize_file_name(const char* path GREEN_KEPT);
/// mkstemp(3)
hub::operation<int> mkstemp(char* name GREEN_KEPT);
/// mkostemp(3)
hub::operation<int> mkostemp(char* name GREEN_KEPT, int flags);
/// mkstemps(3)
hub::operation<int> mkstemps(char* name GREEN_KEPT, int suffix_length);
/// mkostemps(3)
hub::operation<int> mkostemps(char* name GREEN_KEPT, int suffix_length,
                              int flags);
/// mkdtemp(3)
task<char*> mkdtemp(char* name GREEN_KEPT);

}  // namespace green
