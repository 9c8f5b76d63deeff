// SPDX-License-Identifier: MIT
//
// Mirrors <sys/timex.h>. Made by tests/plain_mirrors_test.cc.
//
// Awaited: (nothing)
// Same: all else is the original: adjtimex ntp_adjtime ntp_gettime ntp_gettimex
//   ntptimeval timex and all macros
// Differs: nothing.
// Missing: nothing.
#pragma once

#include <sys/timex.h>  // the original

#include "green/sys/select.h"
#include "green/sys/time.h"

namespace green {

using ::adjtimex;
using ::ntp_adjtime;
using ::ntp_gettime;
using ::ntp_gettimex;
using ::ntptimeval;
using ::timex;

}  // namespace green
