// SPDX-License-Identifier: MIT
//
// Mirrors <sys/acct.h>. Made by tests/plain_mirrors_test.cc.
//
// Awaited: (nothing)
// Same: all else is the original: ACORE AFORK ASU AXSIG acct acct_v3 comp_t and
//   all macros
// Differs: nothing.
// Missing: nothing.
#pragma once

#include <sys/acct.h>  // the original

#include "green/stdint.h"
#include "green/sys/select.h"
#include "green/sys/types.h"

namespace green {

using ::acct;
using ::acct_v3;
using ::ACORE;
using ::AFORK;
using ::ASU;
using ::AXSIG;
using ::comp_t;

}  // namespace green
