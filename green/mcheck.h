// SPDX-License-Identifier: MIT
//
// Mirrors <mcheck.h>. Made by tests/plain_mirrors_test.cc.
//
// Awaited: (nothing)
// Same: all else is the original: MCHECK_DISABLED MCHECK_FREE MCHECK_HEAD
//   MCHECK_OK MCHECK_TAIL mcheck mcheck_check_all mcheck_pedantic mcheck_status
//   mprobe and all macros
// Differs: nothing.
// Missing: mtrace muntrace: each allocation would write to a file.
#pragma once

#include <mcheck.h>  // the original

namespace green {

using ::mcheck;
using ::mcheck_check_all;
using ::MCHECK_DISABLED;
using ::MCHECK_FREE;
using ::MCHECK_HEAD;
using ::MCHECK_OK;
using ::mcheck_pedantic;
using ::mcheck_status;
using ::MCHECK_TAIL;
using ::mprobe;

}  // namespace green
