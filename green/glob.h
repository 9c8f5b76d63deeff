// SPDX-License-Identifier: MIT
//
// Mirrors <glob.h>. A kill or timeout is thrown (docs/contract.md).
//
// Awaited: glob
// Same: all else is the original: glob_pattern_p glob_t globfree size_t
// Differs: the original runs on a helper thread, and calls the error function
//   in the calling green thread. That is a plain function, and an exception of
//   it ends the search. So does a kill or timeout: it is thrown as soon as the
//   call that the search is in has ended. The names found until then are in the
//   glob_t, for globfree. With GLOB_ALTDIRFUNC the functions are the user's.
//   The original then runs on the hub's thread, and they must not wait. The
//   search does not see the calling thread's own locale (uselocale).
// Missing: the names in 64 (glob64): off_t has 64 bits.
#pragma once

#include <glob.h>  // the original

#include "green/core/attributes.h"
#include "green/task.h"

namespace green {

using ::glob_pattern_p;
using ::glob_t;
using ::globfree;
using ::size_t;

/// glob(3)
task<int> glob(const char* pattern GREEN_KEPT, int flags,
               int (*error)(const char*, int), glob_t* found GREEN_KEPT);

}  // namespace green
