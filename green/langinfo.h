// SPDX-License-Identifier: MIT
//
// Mirrors <langinfo.h>. Made by tests/plain_mirrors_test.cc.
//
// Awaited: (nothing)
// Same: all else is the original: ABDAY_1 ABDAY_2 ABDAY_3 ABDAY_4 ABDAY_5
//   ABDAY_6 ABDAY_7 ABMON_1 ABMON_10 ABMON_11 ABMON_12 ABMON_2 ABMON_3 ABMON_4
//   ABMON_5 ABMON_6 ABMON_7 ABMON_8 ABMON_9 ALT_DIGITS AM_STR CODESET DAY_1
//   DAY_2 DAY_3 DAY_4 DAY_5 DAY_6 DAY_7 D_FMT D_T_FMT ERA ERA_D_FMT ERA_D_T_FMT
//   ERA_T_FMT MON_1 MON_10 MON_11 MON_12 MON_2 MON_3 MON_4 MON_5 MON_6 MON_7
//   MON_8 MON_9 PM_STR RADIXCHAR THOUSEP T_FMT T_FMT_AMPM locale_t nl_langinfo
//   nl_langinfo_l and all macros
// Differs: nothing.
// Missing: nothing.
#pragma once

#include <langinfo.h>  // the original

#include "green/nl_types.h"

namespace green {

using ::ABDAY_1;
using ::ABDAY_2;
using ::ABDAY_3;
using ::ABDAY_4;
using ::ABDAY_5;
using ::ABDAY_6;
using ::ABDAY_7;
using ::ABMON_1;
using ::ABMON_10;
using ::ABMON_11;
using ::ABMON_12;
using ::ABMON_2;
using ::ABMON_3;
using ::ABMON_4;
using ::ABMON_5;
using ::ABMON_6;
using ::ABMON_7;
using ::ABMON_8;
using ::ABMON_9;
using ::ALT_DIGITS;
using ::AM_STR;
using ::CODESET;
using ::D_FMT;
using ::D_T_FMT;
using ::DAY_1;
using ::DAY_2;
using ::DAY_3;
using ::DAY_4;
using ::DAY_5;
using ::DAY_6;
using ::DAY_7;
using ::ERA;
using ::ERA_D_FMT;
using ::ERA_D_T_FMT;
using ::ERA_T_FMT;
using ::locale_t;
using ::MON_1;
using ::MON_10;
using ::MON_11;
using ::MON_12;
using ::MON_2;
using ::MON_3;
using ::MON_4;
using ::MON_5;
using ::MON_6;
using ::MON_7;
using ::MON_8;
using ::MON_9;
using ::nl_langinfo;
using ::nl_langinfo_l;
using ::PM_STR;
using ::RADIXCHAR;
using ::T_FMT;
using ::T_FMT_AMPM;
using ::THOUSEP;

}  // namespace green
