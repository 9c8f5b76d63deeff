// SPDX-License-Identifier: MIT
//
// Mirrors <net/ppp_defs.h>. Made by tests/plain_mirrors_test.cc.
//
// Awaited: (nothing)
// Same: all else is the original: NPMODE_DROP NPMODE_ERROR NPMODE_PASS
//   NPMODE_QUEUE NPmode compstat ext_accm ppp_comp_stats ppp_idle ppp_idle32
//   ppp_stats pppstat time_t vjstat and all macros
// Differs: nothing.
// Missing: nothing.
#pragma once

#include <net/ppp_defs.h>  // the original

namespace green {

using ::compstat;
using ::ext_accm;
using ::NPmode;
using ::NPMODE_DROP;
using ::NPMODE_ERROR;
using ::NPMODE_PASS;
using ::NPMODE_QUEUE;
using ::ppp_comp_stats;
using ::ppp_idle;
using ::ppp_idle32;
using ::ppp_stats;
using ::pppstat;
using ::time_t;
using ::vjstat;

}  // namespace green
